"""What is due to an agent is set apart from what is due to an offer, and taken back with the response it came with."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.engine.core.world import DAY, Json, World, document, offer

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.predictors import agents as agents_module
from tradewind.engine.core.predictors.agents import NOBODY, OTHERS, Agents
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.state import State, apply, model_digest, state_digest

HALF = MICRO // 2


def sold(accepted: dict[str, int], *, of: int = 40, expected: int = HALF) -> Agents:
    """Agents who sold so many of so many, one now and then."""
    agents = Agents()
    for at in range(of):
        for name, count in accepted.items():
            agents.shift(agents.number(name), expected)
            agents.change(agents.number(name), "o", expected, responses=1, reward=MICRO * (at * 77 % of < count))
    return agents


def effect(agents: Agents, name: str) -> float:
    return agents.effect(agents.number(name)).mean


def whole_sums(agents: Agents) -> list[object]:
    """All that is counted; effects are worked out from it now and then."""
    names = [(name, agents.sums(number)[:4]) for name, number in agents.numbers.items()]
    offers = [agents.offer_sums(offer)[:2] for offer in sorted(agents.offers)]
    return [names, offers, [agents.pair(name, offer) for name in agents.numbers for offer in sorted(agents.offers)]]


def both(number: int = 1, *, by_scorer: bool = False, **placement: object) -> Json:
    ranked = {"exploration": {"policy": "thompson", "ranked_by": "scorer"}} if by_scorer else {}
    return document(
        offer("o1"), offer("o2"), placement={"limit": 1, "control_percent": 100.0, **ranked, **placement}, number=number
    )


def sell(world: World, calls: int, *, after: int = 0, names: bool = True) -> None:
    """Offers are shown at random; a strong agent mostly sells the one, a weak one the other. Customers like both."""
    for number in range(after, after + calls):
        token = world.ask(f"s-{number}", {"customer.segment": "home"}, agent=None)
        shown = world.shown(token)[0]
        strong = Draws(f"agent/{number}".encode()).at(0) < (0.8 if shown == "o1" else 0.2)
        accepts = Draws(f"accepts/{number}".encode()).at(0) < (0.7 if strong else 0.3)
        agent = ("strong" if strong else "weak") if names else None
        world.answer(token, shown, "accepted" if accepts else "rejected", agent=agent)


def expected(world: World) -> dict[str, float]:
    decided = world.look("nobody", {"customer.segment": "home"})
    rows = decided.candidates.rows.tolist()
    return {
        decided.compiled.offers[row].id: float(p) for row, p in zip(rows, decided.candidates.propensity, strict=True)
    }


# ------------------------------------------------------------ the sums


def test_an_agent_who_gets_what_is_expected_has_no_effect() -> None:
    agents = sold({"a": 20, "b": 20, "c": 20})
    assert [effect(agents, name) for name in "abc"] == pytest.approx([0.0] * 3, abs=0.01)


def test_effects_lie_between_none_and_what_was_seen_and_sum_to_none() -> None:
    agents = sold({"strong": 32, "middle": 20, "weak": 8})
    assert 0.15 < effect(agents, "strong") < 12 / 40
    assert effect(agents, "weak") == pytest.approx(-effect(agents, "strong"), abs=0.02)
    assert effect(agents, "middle") == pytest.approx(0.0, abs=0.01)


def test_who_sells_what_is_hard_to_sell_is_not_taken_for_weak() -> None:
    agents = Agents()
    for at in range(100):
        agents.change(agents.number("easy"), "o", 800_000, responses=1, reward=MICRO * (at < 80))
        agents.change(agents.number("hard"), "o", 100_000, responses=1, reward=MICRO * (at < 10))
    assert [effect(agents, name) for name in ("easy", "hard")] == pytest.approx([0.0, 0.0], abs=0.01)


def test_who_sells_an_offer_that_is_better_than_was_expected_is_not_taken_for_strong() -> None:
    agents = Agents()
    for at in range(100):
        for name, sells, accepted in (("a", "good", 4), ("b", "good", 4), ("c", "bad", 1), ("d", "bad", 1)):
            agents.change(agents.number(name), sells, HALF, responses=1, reward=MICRO * (at % 5 < accepted))
    assert [effect(agents, name) for name in "abcd"] == pytest.approx([0.0] * 4, abs=0.01)


def test_a_few_offers_that_all_sell_are_enough_to_tell_agents_from_offers() -> None:
    agents, chances = Agents(), {"strong": 0.7, "weak": 0.3}
    for at in range(1_000):
        for name, own in (("strong", "s"), ("weak", "w")):
            draws = Draws(f"{name}/{at}".encode())
            sold = own if draws.at(0) < 0.8 else "w" if own == "s" else "s"
            agents.shift(agents.number(name), HALF)
            reward = MICRO * (draws.at(1) < chances[name])
            agents.change(agents.number(name), sold, HALF, responses=1, reward=reward)
    assert effect(agents, "strong") == pytest.approx(0.2, abs=0.04)
    assert effect(agents, "weak") == pytest.approx(-0.2, abs=0.04)


def test_an_effect_is_drawn_in_more_where_there_is_less_evidence_and_where_agents_are_alike() -> None:
    few, many = sold({"a": 8, "b": 2}, of=10), sold({"a": 160, "b": 40}, of=200)
    assert 0.0 < effect(few, "a") < effect(many, "a") < 0.3
    alike = sold({"a": 110, "b": 90, **{f"c{n}": 100 for n in range(10)}}, of=200)
    apart = sold({"a": 110, "b": 90, **{f"c{n}": 28 + 16 * n for n in range(10)}}, of=200)
    assert 0.0 < effect(alike, "a") < effect(apart, "a") < 12 / 200
    assert alike.spread(NOBODY) < apart.spread(NOBODY)


def test_the_only_agent_has_no_effect_whatever_they_sell() -> None:
    agents = sold({"a": 40})
    assert effect(agents, "a") == 0.0
    assert agents.shift(agents.number("a"), HALF) == 0


def test_the_interval_narrows_and_holds_the_effect() -> None:
    widths = []
    for of in (10, 100, 1_000):
        found = (agents := sold({"a": 6 * of // 10, "b": 4 * of // 10}, of=of)).effect(agents.number("a"))
        assert found.lower <= found.mean <= found.upper
        widths.append(found.upper - found.lower)
    assert widths[0] > widths[1] > widths[2]


def test_nobody_has_no_effect_and_no_sums() -> None:
    agents = sold({"a": 30, "b": 10})
    before = list(agents.listed())
    agents.change(agents.number(None), "o", HALF, responses=1, reward=MICRO)
    assert agents.number(None) == NOBODY
    assert agents.shift(NOBODY, HALF) == 0
    assert list(agents.listed()) == before
    assert agents.effect(agents.number("new")).mean == 0.0


@pytest.mark.parametrize("expected", [0, 1, 10_000, HALF, MICRO - 1, MICRO])
def test_what_is_expected_with_the_shift_is_a_chance(expected: int) -> None:
    agents = sold({"a": 400, "b": 0}, of=400)
    for name in "ab":
        assert 0 <= expected + agents.shift(agents.number(name), expected) <= MICRO


def test_sums_do_not_depend_on_the_order_and_are_taken_back_exactly() -> None:
    told = [(f"a{at % 3}", 7_919 * at % MICRO, 104_729 * at % MICRO) for at in range(200)]
    forth, back = Agents(), Agents()
    for agents, rows in ((forth, told), (back, told[::-1])):
        for name in ("a0", "a1", "a2"):
            agents.number(name)
        for name, expected, reward in rows:
            agents.change(agents.number(name), f"o{expected % 2}", expected, responses=1, reward=reward)
    assert whole_sums(forth) == whole_sums(back)
    for name, expected, reward in told[50:]:
        forth.change(forth.number(name), f"o{expected % 2}", expected, responses=-1, reward=-reward)
    short = Agents()
    for name, expected, reward in told[:50]:
        short.change(short.number(name), f"o{expected % 2}", expected, responses=1, reward=reward)
    assert whole_sums(forth) == whole_sums(short)


def test_agents_beyond_the_most_share_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents_module, "MOST", 2)
    agents = sold({"a": 30, "b": 10, "c": 5, "d": 6})
    assert [agents.number(name) for name in "cd"] == [OTHERS, OTHERS]
    assert agents.sums(OTHERS).responses == 80
    assert agents.sums(OTHERS).reward == 11 * MICRO
    assert len(agents.packed()[2]) == 8 * 6 * 4


def test_pairs_beyond_the_most_count_for_the_agent_and_not_for_the_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents_module, "MOST_PAIRS", 2)
    agents = sold({"a": 30, "b": 10})
    before = agents.effect(agents.number("a")).mean
    for _ in range(40):
        agents.change(agents.number("a"), "other", HALF, responses=1, reward=0)
    assert agents.pair("a", "other") == (0, 0)
    assert agents.sums(agents.number("a")).responses == 80
    assert agents.effect(agents.number("a")).mean == pytest.approx(before, rel=0.1)


def test_agents_come_back_from_a_snapshot() -> None:
    agents = sold({"a": 30, "b": 10})
    again = Agents.unpacked(agents.packed())
    assert list(again.listed()) == list(agents.listed())
    for each in (agents, again):
        each.change(each.number("c"), "o", HALF, responses=1, reward=MICRO)
        each.change(each.number("a"), "p", HALF, responses=1, reward=MICRO)
    assert list(again.listed()) == list(agents.listed())
    assert again.effect(again.number("a")) == agents.effect(agents.number("a"))


# ------------------------------------------------------------ in the fold


@pytest.mark.parametrize("by_scorer", [False, True])
def test_a_strong_agent_does_not_make_an_offer_look_good(by_scorer: bool) -> None:
    blind, told = (World(both(by_scorer=by_scorer)) for _ in range(2))
    sell(blind, 600, names=False)
    sell(told, 600)
    apart, gap = (abs(found["o1"] - found["o2"]) for found in (expected(blind), expected(told)))
    assert apart > 0.15
    assert gap < 0.5 * apart
    agents = told.state.agents
    assert effect(agents, "strong") > 0.05 > -0.05 > effect(agents, "weak")


def test_counts_stay_what_was_seen() -> None:
    blind, told = World(both()), World(both())
    for number in range(40):
        for world in (blind, told):
            token = world.ask("s-1", agent=None)
            shown = world.shown(token)[0]
            agent = None if world is blind else ("strong" if number % 2 else "weak")
            world.answer(token, shown, "accepted" if number % 2 else "rejected", agent=agent)
    counted = [
        [sum(leaf[field] for leaf in world.state.leaves.listed()) for field in (3, 4, 5)] for world in (blind, told)
    ]
    assert counted[0][:2] == counted[1][:2] == [40, 20]
    assert counted[0][2] == 20 * MICRO != counted[1][2]


def test_the_agent_of_the_decision_counts_and_else_the_one_who_answered_first() -> None:
    world = World(both())
    by_decision, by_answer = world.ask(agent="caller"), world.ask("s-2", agent=None)
    for token in (by_decision, by_answer):
        world.answer(token, world.shown(token)[0], "interested", agent="desk")
        world.answer(token, world.shown(token)[0], "accepted", agent="back-office")
    agents = world.state.agents
    assert {name: agents.sums(number).responses for name, number in agents.numbers.items()} == {"caller": 1, "desk": 1}
    assert [agents.sums(agents.number(name)).reward for name in ("caller", "desk")] == [MICRO, MICRO]


def test_what_is_ignored_counts_for_who_presented_it() -> None:
    world = World(both())
    world.ask(agent="caller")
    assert world.state.agents.sums(world.state.agents.number("caller")).responses == 0
    world.now += 4 * DAY
    world.close()
    sums = world.state.agents.sums(world.state.agents.number("caller"))
    assert (sums.responses, sums.reward, sums.expected) == (1, 0, HALF)


@pytest.mark.parametrize("by_scorer", [False, True])
def test_a_response_that_is_taken_back_leaves_the_agents_as_they_were(by_scorer: bool) -> None:
    world = World(both(by_scorer=by_scorer))
    sell(world, 60)
    token = world.ask("late", agent="strong")
    before, leaves = whole_sums(world.state.agents), world.state.leaves.listed()
    assert world.state.agents.shift(world.state.agents.number("strong"), HALF) != 0
    for outcome, correction in (("accepted", False), ("rejected", True), ("skipped", True)):
        world.answer(token, world.shown(token)[0], outcome, correction=correction)
    assert whole_sums(world.state.agents) == before
    assert world.state.leaves.listed() == leaves


def test_a_correction_counts_as_if_it_had_been_told_so_from_the_beginning() -> None:
    world, right = World(both(by_scorer=True)), World(both(by_scorer=True))
    for each, outcomes in ((world, ("accepted", "rejected")), (right, ("rejected",))):
        sell(each, 60)
        token = each.ask("late", agent="strong")
        for number, outcome in enumerate(outcomes):
            each.answer(token, each.shown(token)[0], outcome, correction=number > 0)
    assert list(world.state.agents.listed()) == list(right.state.agents.listed())
    assert world.state.leaves.listed() == right.state.leaves.listed()
    assert world.state.scorers.weights == pytest.approx(right.state.scorers.weights, abs=1e-12)


def test_a_history_with_agents_folds_to_the_same_state_also_through_a_snapshot() -> None:
    world = World(both(by_scorer=True))
    sell(world, 40)
    token = world.ask("late", agent="strong")
    world.answer(token, world.shown(token)[0], "interested")
    folded = State.empty()
    for position, fact in enumerate(world.facts, start=1):
        folded = apply(folded, position, fact)
        if position == 50:
            folded = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(folded)))))
    assert state_digest(folded) == state_digest(world.state)
    assert model_digest(folded) == model_digest(world.state)


def test_digests_cover_the_agents_and_erasure_does_not_change_them() -> None:
    world = World(both())
    sell(world, 10)
    model = model_digest(world.state)
    world.erase("s-1")
    assert model_digest(world.state) == model
    world.state.agents.change(world.state.agents.number("strong"), "o1", HALF, responses=1, reward=0)
    assert model_digest(world.state) != model


def test_an_effect_is_the_same_to_the_last_bit_behind_a_snapshot() -> None:
    """Sums over an agent's offers are rounded on their way: in another order they end elsewhere."""
    agents, draws = Agents(), Draws(b"order")
    for at in range(600):
        agent, offer = agents.number(f"a{int(draws.at(4 * at) * 3)}"), f"o{int(draws.at(4 * at + 1) * 12)}"
        expected = int(draws.at(4 * at + 2) * MICRO)
        agents.shift(agent, expected)
        agents.change(agent, offer, expected, responses=1, reward=MICRO * (draws.at(4 * at + 3) < 0.4))
    assert list(agents.offers) != sorted(agents.offers)
    back = Agents.unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(agents.packed())))
    numbers = agents.numbers.values()
    assert [back.effect(number) for number in numbers] == [agents.effect(number) for number in numbers]
