"""Scorers learn in the fold, rank where a publication says so, and are the same again however they were made."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.engine.core.world import HOUR, Json, World, document, offer

from tradewind.engine.core.compiling import interpreted
from tradewind.engine.core.events import ResponseRecorded, ScorerRefitted
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.kernels.scorer import NO_COLUMN
from tradewind.engine.core.predictors import beginning
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.predictors.quality import PROFILES, SCORER, quality
from tradewind.engine.core.predictors.regrowing import material, regrown
from tradewind.engine.core.state import State, apply, model_digest, state_digest

BY_SCORER = {"limit": 1, "exploration": {"policy": "thompson", "ranked_by": "scorer"}}


def scored(number: int = 1, **placement: object) -> Json:
    return document(offer("long"), offer("short"), placement={**BY_SCORER, **placement}, number=number)


def live(world: World, calls: int, *, after: int = 0, regrow: bool = True) -> int:
    """Customers who stay long like the one offer, the others the other one; how many accepted."""
    accepted = 0
    for number in range(after, after + calls):
        tenure = 600 * Draws(f"tenure/{number}".encode()).at(0)
        token = world.ask(f"s-{number}", {"customer.tenure_months": tenure, "customer.segment": "home"})
        shown = world.shown(token)[0]
        likes = "long" if tenure > 300 else "short"
        accepts = Draws(f"likes/{number}".encode()).at(0) < (0.8 if shown == likes else 0.1)
        world.answer(token, shown, "accepted" if accepts else "rejected")
        accepted += accepts
        if regrow:
            grow_what_is_due(world)
    return accepted


def grow_what_is_due(world: World) -> None:
    scorers = world.state.scorers
    due = scorers.due()
    assert due == [name for name, scorer in scorers.names.items() if scorers.is_due(scorer)]
    for name in due:
        copied = material(scorers, world.state.samples, name)
        world.remember(regrown(copied, id=f"scorer/{len(world.facts)}", at=world.now))


def expected(world: World, tenure: float) -> dict[str, float]:
    decided = world.look("nobody", {"customer.tenure_months": tenure, "customer.segment": "home"})
    rows = decided.candidates.rows.tolist()
    return {
        decided.compiled.offers[row].id: float(p) for row, p in zip(rows, decided.candidates.propensity, strict=True)
    }


def test_a_scorer_learns_whom_an_offer_suits_where_profiles_do_not_split() -> None:
    world = World(scored())
    live(world, 300)
    accepted = live(world, 200, after=300)
    assert accepted > 0.7 * 200
    long, short = expected(world, 550.0), expected(world, 50.0)
    assert long["long"] > long["short"] + 0.15
    assert short["short"] > short["long"] + 0.15


def test_expectations_of_a_scorer_are_calibrated() -> None:
    world = World(scored())
    live(world, 600)
    found = quality(sum(world.state.scorers.quality[scorer, SCORER] for scorer in (0, 1)))
    profiles = quality(sum(world.state.scorers.quality[scorer, PROFILES] for scorer in (0, 1)))
    assert found is not None
    assert profiles is not None
    assert found.responses == 600
    assert found.miscalibration < 0.1
    assert found.log_loss < profiles.log_loss


def test_nothing_is_scored_where_no_publication_says_so() -> None:
    world = World(document(offer("long"), offer("short"), placement={"limit": 1}))
    live(world, 30)
    assert world.state.scorers.names == {}
    assert world.state.scorer_rows.tolist() == [-1, -1]


def test_the_interval_is_around_what_is_expected_and_narrows() -> None:
    world = World(scored())
    widths = []
    for after in (0, 300):
        live(world, 40, after=after)
        shown = world.look("nobody", {"customer.tenure_months": 500, "customer.segment": "home"}).shown[0].shown
        assert shown.lower <= shown.propensity <= shown.upper
        widths.append(shown.upper - shown.lower)
    live(world, 300, after=400)
    shown = world.look("nobody", {"customer.tenure_months": 500, "customer.segment": "home"}).shown[0].shown
    assert shown.upper - shown.lower < widths[0]


def test_a_history_with_scorers_folds_to_the_same_state() -> None:
    world = World(scored())
    live(world, 60)
    again = State.empty()
    for position, fact in enumerate(world.facts, start=1):
        again = apply(again, position, fact)
    assert state_digest(again) == state_digest(world.state)
    assert model_digest(again) == model_digest(world.state)


def test_a_state_with_scorers_comes_back_from_a_snapshot_and_goes_on_alike() -> None:
    world = World(scored())
    live(world, 60)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(world.state))))
    came_back = unpacked(kept)
    assert state_digest(came_back) == state_digest(world.state)
    other = World()
    other.state, other.facts, other.now, other.asked = came_back, list(world.facts), world.now, world.asked
    live(world, 30, after=60)
    live(other, 30, after=60)
    assert state_digest(other.state) == state_digest(world.state)


def test_an_answer_that_is_corrected_is_unlearnt() -> None:
    world, right = World(scored()), World(scored())
    for each, first in ((right, "rejected"), (world, "accepted")):
        token = each.ask("s-1", {"customer.tenure_months": 400})
        each.answer(token, each.shown(token)[0], first)
    world.answer(token, world.shown(token)[0], "rejected", correction=True)
    for one, other in ((world, right), (right, world)):
        assert one.state.scorers.weights == pytest.approx(other.state.scorers.weights, abs=1e-12)


def test_what_is_ignored_is_learnt_when_its_window_closes() -> None:
    world = World(scored())
    token = world.ask("s-1", {"customer.tenure_months": 400})
    scorer = world.state.scorers.names[world.shown(token)[0]]
    assert world.state.scorers.responses(scorer) == 0
    world.now += 80 * HOUR
    world.close()
    assert world.state.scorers.responses(scorer) == 1


def past(answers: list[str]) -> World:
    """One offer that customers answered before a publication ranked by scorers; the first of them told less."""
    world = World(document(offer("a"), placement={"limit": 1}))
    for number, outcome in enumerate(answers):
        known = {"customer.tenure_months": 9 * number} | ({"customer.segment": "home"} if number % 3 else {})
        world.answer(world.ask(f"s-{number}", known), "a", outcome)
    return world


def by_scorer(number: int = 2) -> Json:
    return document(offer("a"), placement=BY_SCORER, number=number)


def test_a_scorer_begins_with_what_profiles_have_retained() -> None:
    world = World(document(offer("long"), offer("short"), placement={"limit": 1}))
    live(world, 300, regrow=False)
    waiting = world.ask("s-w", {"customer.tenure_months": 100})
    world.publish(scored(2))
    assert sum(world.state.scorers.responses(scorer) for scorer in (0, 1)) == 300
    long, short = expected(world, 550.0), expected(world, 50.0)
    assert long["long"] > long["short"] + 0.15
    assert short["short"] > short["long"] + 0.15
    world.answer(waiting, world.shown(waiting)[0], "accepted")
    assert sum(world.state.scorers.responses(scorer) for scorer in (0, 1)) == 301
    assert sorted(world.state.scorers.due()) == ["long", "short"]


def doubt(world: World) -> NDArray[np.float64]:
    """A⁻¹ of the only offer, its columns in the order of the attributes' names and their bins."""
    scorers = world.state.scorers
    columns = {
        (name, at): column
        for name, found in zip(scorers.layout.attributes, scorers.layout.column_of.tolist(), strict=True)
        for at, column in enumerate(found)
        if column != NO_COLUMN
    }
    order = [0, *(columns[key] for key in sorted(columns))]
    return scorers.inverse[0][np.ix_(order, order)]


def test_what_a_scorer_begins_with_is_learnt_as_if_it_had_been_there() -> None:
    answers = ["accepted" if number % 4 else "rejected" for number in range(40)]
    late, early = past(answers), World(by_scorer(1))
    late.publish(by_scorer())
    for number, outcome in enumerate(answers):
        known = {"customer.tenure_months": 9 * number} | ({"customer.segment": "home"} if number % 3 else {})
        early.answer(early.ask(f"s-{number}", known), "a", outcome)
    assert late.state.scorers.responses(0) == early.state.scorers.responses(0) == 40
    assert doubt(late) == pytest.approx(doubt(early), abs=1e-12)


def test_what_came_before_a_scorer_is_not_judged() -> None:
    world = past(["accepted"] * 20)
    world.publish(by_scorer())
    world.answer("decision-20", "a", "rejected", correction=True)
    assert [judged(world, which) for which in (PROFILES, SCORER)] == [[0, 0], [0, 0]]


def test_all_that_a_scorer_began_with_can_be_taken_back() -> None:
    world = past(["accepted", "rejected", "accepted", "accepted"])
    world.publish(by_scorer())
    scorers = world.state.scorers
    assert np.abs(scorers.weights[0, :, 0]).max() > 0.01
    for number in (1, 2, 3, 4):
        world.answer(f"decision-{number}", "a", "skipped", correction=True)
    assert scorers.weights[0, :, 0] == pytest.approx(0.0, abs=1e-12)
    assert scorers.inverse[0] == pytest.approx(np.diag(scorers.inverse[0].diagonal()), abs=1e-12)
    assert scorers.responses(0) == 0


def test_a_scorer_begins_with_the_newest_and_others_are_not_corrected_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beginning, "MOST", 10)
    world = past(["accepted", "rejected"] * 20)
    world.publish(by_scorer())
    scorers = world.state.scorers
    assert scorers.responses(0) == 10
    assert len(material(scorers, world.state.samples, "a").rows) == 40
    before = scorers.weights.copy()
    world.answer("decision-30", "a", "accepted", correction=True)
    assert np.array_equal(scorers.weights, before)
    world.answer("decision-32", "a", "accepted", correction=True)
    assert not np.array_equal(scorers.weights, before)


def test_a_history_in_which_scorers_begin_late_folds_to_the_same_state_and_comes_back_from_a_snapshot() -> None:
    world = World(document(offer("long"), offer("short"), placement={"limit": 1}))
    live(world, 60, regrow=False)
    world.publish(scored(2))
    live(world, 30, after=60)
    again = State.empty()
    for position, fact in enumerate(world.facts, start=1):
        again = apply(again, position, fact)
    kept = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(world.state)))))
    assert state_digest(world.state) == state_digest(again) == state_digest(kept)


def test_a_late_beginning_without_the_compiler_gives_the_same_state() -> None:
    world = past(["accepted", "rejected", "rejected"] * 10)
    other = State.empty()
    world.publish(by_scorer())
    with interpreted():
        for position, fact in enumerate(world.facts, start=1):
            other = apply(other, position, fact)
    assert state_digest(other) == state_digest(world.state)


def test_trees_for_an_offer_without_a_scorer_change_nothing() -> None:
    world = World(scored())
    live(world, 60)
    before = world.state.scorers.says.copy()
    grown = next(fact for fact in world.facts if isinstance(fact, ScorerRefitted))
    world.remember(msgspec.structs.replace(grown, id="scorer/other", offer="nobody"))
    assert np.array_equal(world.state.scorers.says, before)


def test_trees_are_grown_at_twenty_responses_and_then_at_a_fifth_more() -> None:
    world = World(scored())
    live(world, 200)
    grown = [fact.responses for fact in world.facts if isinstance(fact, ScorerRefitted) and fact.offer == "long"]
    assert grown[0] == 20
    assert all(later >= max(earlier + 20, int(1.2 * earlier)) for earlier, later in pairwise(grown))


def drifted(world: World) -> str:
    """Nobody accepted for long, then everybody does until a scorer notices; a decision from long before."""
    early = ""
    for number in range(2_000):
        token = world.ask(f"d-{number}", {"customer.tenure_months": 600 * Draws(f"d/{number}".encode()).at(0)})
        early = early or token
        world.answer(token, world.shown(token)[0], "rejected" if number < 700 else "accepted")
        if any(world.state.scorers.drifts(scorer) for scorer in (0, 1)):
            return early
    raise AssertionError("no drift was noticed")


def test_a_correction_of_what_came_before_a_drift_leaves_the_scorer_alone() -> None:
    world = World(scored())
    early = drifted(world)
    before = world.state.scorers.weights.copy()
    for outcome in ("accepted", "rejected"):
        world.answer(early, world.shown(early)[0], outcome, correction=True)
    scorer = world.state.scorers.names[world.shown(early)[0]]
    if world.state.scorers.drifts(scorer):
        assert np.array_equal(world.state.scorers.weights[scorer], before[scorer])
    assert np.isfinite(world.state.scorers.weights).all()
    assert np.abs(world.state.scorers.weights[:, :, 0]).max() < 10.0


def test_trees_grown_before_a_drift_do_not_come_after_it() -> None:
    world = World(scored())
    drifted(world)
    name, scorer = next((n, s) for n, s in world.state.scorers.names.items() if world.state.scorers.drifts(s))
    assert world.state.scorers.is_due(scorer)
    grown = regrown(material(world.state.scorers, world.state.samples, name), id="scorer/late", at=world.now)
    world.remember(msgspec.structs.replace(grown, based_on=grown.based_on - 1))
    assert world.state.scorers.grown[scorer] == 0
    world.remember(msgspec.structs.replace(grown, id="scorer/now"))
    assert world.state.scorers.grown[scorer] > 0


def turned(world: World, *, at: int, calls: int) -> int:
    """Who stays long liked the one offer and then likes the other one; how many answers until every scorer doubts."""
    for number in range(calls):
        tenure = 600 * Draws(f"t/{number}".encode()).at(0)
        token = world.ask(f"t-{number}", {"customer.tenure_months": tenure})
        shown = world.shown(token)[0]
        is_liked = (shown == "long") == ((tenure > 300) == (number < at))
        world.answer(token, shown, "accepted" if is_liked else "rejected")
        if all(world.state.scorers.drifts(scorer) for scorer in (0, 1)):
            return number - at
        grow_what_is_due(world)
    raise AssertionError("not every scorer doubts")


def test_where_all_errors_lean_every_scorer_doubts_at_once() -> None:
    world = World(scored())
    assert 0 < turned(world, at=500, calls=600) < 60
    scorers = world.state.scorers
    assert [scorers.drifts(scorer) for scorer in (0, 1)] == [1, 1]
    remembered = [len(material(scorers, world.state.samples, name).rows) for name in scorers.names]
    assert sum(remembered) == 50
    assert sorted(scorers.due()) == ["long", "short"]


def test_behind_a_drift_trees_are_grown_as_often_as_in_the_beginning() -> None:
    world = World(scored())
    turned(world, at=500, calls=600)
    before = len(world.facts)
    live(world, 120)
    facts = [fact for fact in world.facts[before:] if isinstance(fact, ScorerRefitted) and fact.offer == "long"]
    grown = [fact.responses for fact in facts]
    assert len(grown) > 2
    assert all(later - earlier < 30 for earlier, later in pairwise(grown))


def test_a_state_behind_a_drift_of_all_comes_back_from_a_snapshot_and_from_its_facts() -> None:
    world = World(scored())
    turned(world, at=500, calls=600)
    live(world, 10)
    kept = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(world.state)))))
    again = State.empty()
    for position, fact in enumerate(world.facts, start=1):
        again = apply(again, position, fact)
    assert state_digest(world.state) == state_digest(again) == state_digest(kept)


def test_an_answer_from_before_an_attribute_was_declared_is_taken_back_as_it_was_learnt() -> None:
    world = World(scored())
    token = world.ask("s-1", {"customer.tenure_months": 400})
    world.answer(token, world.shown(token)[0], "accepted")
    more = scored(2)
    more["condition_groups"][0]["attributes"].append(
        {"name": "plan", "type": "category", "values": ["a", "b"], "predictive": True}
    )
    world.publish(more)
    world.answer(token, world.shown(token)[0], "rejected", correction=True)
    right = World(scored())
    again = right.ask("s-1", {"customer.tenure_months": 400})
    right.answer(again, right.shown(again)[0], "rejected")
    assert world.state.scorers.weights == pytest.approx(right.state.scorers.weights, abs=1e-12)


def judged(world: World, which: int) -> list[int]:
    """How many responses were judged, and their rewards in millionths."""
    return [int(each) for each in world.state.scorers.quality[:, which].sum(axis=(0, 1))]


@pytest.mark.parametrize("which", [PROFILES, SCORER])
def test_an_expected_reward_is_compared_with_the_reward_that_came(which: int) -> None:
    world = World(scored())
    for number in range(150):
        token = world.ask(f"s-{number}", {"customer.tenure_months": number})
        world.answer(token, world.shown(token)[0], "interested")
    found = quality(world.state.scorers.quality[:, which].sum(axis=0))
    assert found is not None
    assert judged(world, which) == [150, 150 * MICRO // 4]
    assert found.miscalibration < 0.05


@pytest.mark.parametrize("which", [PROFILES, SCORER])
def test_what_comes_in_stages_is_judged_by_what_it_counts_as_in_the_end(which: int) -> None:
    world = World(scored())
    token = world.ask("s-1", {"customer.tenure_months": 400})
    found = []
    for outcome, correction in (("interested", False), ("accepted", False), ("rejected", True), ("skipped", True)):
        world.answer(token, world.shown(token)[0], outcome, correction=correction)
        found.append(judged(world, which))
    assert found == [[1, MICRO // 4], [1, MICRO], [1, 0], [0, 0]]


def test_what_was_judged_is_known_behind_a_snapshot() -> None:
    world = World(scored())
    token = world.ask("s-1", {"customer.tenure_months": 400})
    world.answer(token, world.shown(token)[0], "interested")
    world.state = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(world.state)))))
    world.answer(token, world.shown(token)[0], "accepted")
    assert judged(world, SCORER) == [1, MICRO]


def test_a_response_that_is_given_again_is_not_the_newest() -> None:
    world = World(scored())
    live(world, 30, regrow=False)
    newest = dict(world.state.scorers.marks.newest)
    for outcome in ("skipped", "accepted"):
        world.answer("decision-1", world.shown("decision-1")[0], outcome, correction=True)
    assert world.state.scorers.marks.newest == newest


def leaves_of(world: World) -> tuple[bytes, bytes]:
    """What the leaves of all trees weigh and say."""
    return world.state.scorers.counts.tobytes(), world.state.scorers.says.tobytes()


def with_trees(kept: int) -> World:
    """A scorer with trees; of each profile's responses so many are retained."""
    world = World()
    world.state.samples.kept = kept
    world.publish(scored())
    live(world, 60)
    assert world.state.scorers.grown.any()
    return world


def corrected(world: World, token: str, outcome: str) -> bool:
    """Whether a correction changes what is learnt, and then the leaves of trees too."""
    weights, leaves = world.state.scorers.weights.copy(), leaves_of(world)
    world.answer(token, world.shown(token)[0], outcome, correction=True)
    assert not np.array_equal(world.state.scorers.weights, weights)
    return leaves_of(world) != leaves


def otherwise(world: World, token: str) -> str:
    """The other one of accepted and rejected."""
    given = {fact.decision: fact.outcome for fact in world.facts if isinstance(fact, ResponseRecorded)}
    return "accepted" if given[token] == "rejected" else "rejected"


def test_a_correction_leaves_trees_alone_that_were_not_grown_from_that_response() -> None:
    world = with_trees(kept=5)
    for outcome in (otherwise(world, "decision-1"), "skipped"):
        assert not corrected(world, "decision-1", outcome)


def test_a_correction_changes_trees_that_were_grown_from_that_response() -> None:
    world = with_trees(kept=2_000)
    assert any(corrected(world, f"decision-{number}", otherwise(world, f"decision-{number}")) for number in (1, 2, 3))


def test_a_correction_of_what_came_while_trees_grew_leaves_them_alone_and_of_what_came_after_does_not() -> None:
    world = with_trees(kept=2_000)
    scorers = world.state.scorers
    copies = [material(scorers, world.state.samples, name) for name in scorers.names]
    live(world, 3, after=60, regrow=False)
    for copied in copies:
        world.remember(regrown(copied, id=f"scorer/late/{copied.offer}", at=world.now))
    live(world, 12, after=63, regrow=False)
    meanwhile, after = ([f"decision-{number}" for number in numbers] for numbers in (range(61, 64), range(64, 76)))
    assert not any(corrected(world, token, otherwise(world, token)) for token in meanwhile)
    assert any(corrected(world, token, otherwise(world, token)) for token in after)
