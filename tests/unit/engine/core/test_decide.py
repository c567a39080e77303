"""A decision as a whole: what is asked, what is shown, what is said about it."""

from collections import Counter

import numpy as np
import pytest
from tests.unit.engine.core.world import DAY, World, document, offer

from tradewind.engine.core.arms import in_control
from tradewind.engine.core.context import Context
from tradewind.engine.core.decide import NothingPublished, Request, decide
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.state import State, state_digest


def shown(world: World, **attributes: object) -> list[str]:
    decided = world.look(attributes={name.replace("__", "."): value for name, value in attributes.items()}, limit=3)
    return sorted(proposal.shown.offer for proposal in decided.shown)


def test_without_a_publication_nothing_can_be_decided() -> None:
    with pytest.raises(NothingPublished):
        decide(Request("desk", "web", "s", Context()), State.empty(), now=0, rng=Draws(b"x"))


def test_a_decision_changes_nothing() -> None:
    world = World(document(offer("a"), offer("b")))
    before = state_digest(world.state)
    world.look()
    assert state_digest(world.state) == before


def test_the_same_decision_can_be_made_again() -> None:
    world = World(document(*(offer(f"o{n}") for n in range(9))))
    assert world.look(seed="x").shown == world.look(seed="x").shown
    assert any(world.look(seed=str(n)).shown != world.look(seed="x").shown for n in range(9))


def test_an_offer_is_valid_from_its_start_until_before_its_end() -> None:
    instants = {"starts_at": "2026-02-25T06:13:20Z", "ends_at": "2026-02-26T06:13:20Z"}
    world = World(document(offer("a", **instants)))
    assert shown(world) == ["a"]
    world.now -= 1
    assert shown(world) == []
    world.now += DAY
    assert shown(world) == ["a"]
    world.now += 1
    assert shown(world) == []


def test_an_eligibility_that_is_unknown_does_not_hold() -> None:
    world = World(
        document(offer("a", eligibility="customer.is_student"), offer("b", eligibility="!customer.is_student"))
    )
    assert shown(world) == []
    assert shown(world, customer__is_student=True) == ["a"]
    assert shown(world, customer__is_student=False) == ["b"]


def test_an_offer_needs_a_treatment_for_the_channel_and_its_placement() -> None:
    web = [{"id": "w", "channel": "web", "language": "en"}]
    world = World(document(offer("a", treatments=web), offer("b", placements=[]), offer("c")))
    assert shown(world) == ["c"]
    assert world.look(channel="web").shown == ()


def test_an_agent_needs_every_skill_an_offer_asks_for() -> None:
    world = World(document(offer("a", agent_skills=["care", "legal"]), offer("b", agent_skills=["care"]), offer("c")))
    assert shown(world) == ["c"]
    assert shown(world, agent__skills=["care"]) == ["b", "c"]
    assert shown(world, agent__skills=["legal", "care", "x"]) == ["a", "b", "c"]


def test_the_first_recipient_profile_that_holds_is_used_and_none_means_not_suitable() -> None:
    profiles = [
        {"id": "new", "rule": "customer.tenure_months < 12", "suitability": {"en": "New here", "ro": "Client nou"}},
        {"id": "known", "rule": "customer.tenure_months < 100", "suitability": {"en": "With us a while"}},
    ]
    world = World(document(offer("a", profiles=profiles)))

    def seen(months: int, language: str | None = None) -> list[tuple[str, str]]:
        decided = world.look(attributes={"customer.tenure_months": months}, language=language)
        return [(proposal.shown.profile, proposal.suitability) for proposal in decided.shown]

    assert seen(3) == [("new", "New here")]
    assert seen(3, "ro") == [("new", "Client nou")]
    assert seen(30) == [("known", "With us a while")]
    assert seen(100) == []
    assert world.look(attributes={"customer.tenure_months": 3}).shown[0].profile_label == "customer.tenure_months < 12"


def test_what_is_missing_is_named_once_and_only_where_it_is_looked_at() -> None:
    texts = {"title": "For {{ customer.first_name }}"}
    world = World(
        document(
            offer("a", treatments=[{"id": "t", "channel": "call-center", "language": "en", "texts": texts}]),
            offer("b", eligibility="customer.is_student || customer.tenure_months > 2"),
            offer("c", agent_skills=["x"]),
        )
    )
    decided = world.look()
    assert decided.missing == ("agent.skills", "customer.first_name", "customer.is_student", "customer.tenure_months")
    assert decided.shown[0].texts == {"title": "For "}
    assert "customer.since" not in decided.missing


def test_texts_are_filled_for_the_customer() -> None:
    texts = {"title": "For {{ customer.first_name }}, {{ customer.tenure_months }} months"}
    content = document(offer("a", treatments=[{"id": "t", "channel": "call-center", "language": "en", "texts": texts}]))
    decided = World(content).look(attributes={"customer.first_name": "Ana", "customer.tenure_months": 30})
    assert decided.shown[0].texts == {"title": "For Ana, 30 months"}


def test_the_funnel_counts_what_passed_each_stage() -> None:
    world = World(
        document(
            offer("late", starts_at="2030-01-01T00:00:00Z"),
            offer("not-eligible", eligibility="false"),
            offer("elsewhere", placements=[]),
            offer("unsuitable", profiles=[{"id": "p", "rule": "customer.is_student"}]),
            offer("again", reoffer_after_days=1),
            offer("default", display="default"),
            offer("a"),
            offer("b"),
            offer("c"),
            offer("d"),
        )
    )
    world.state.contacts.shown("s-1", "again", world.now)
    decided = world.look()
    assert decided.funnel == {
        "published": 10,
        "valid": 9,
        "eligible": 8,
        "applicable": 7,
        "suitable": 6,
        "allowed": 5,
        "ranked": 4,
        "shown": 3,
    }
    assert decided.withheld == 6


def test_about_as_many_customers_are_in_the_control_group_as_asked() -> None:
    inside = sum(in_control(f"subject-{number}", 2.0) for number in range(20_000))
    assert 330 <= inside <= 470
    assert not any(in_control(f"subject-{number}", 0.0) for number in range(200))
    assert all(in_control(f"subject-{number}", 100.0) for number in range(200))


def test_who_is_in_a_small_control_group_is_in_a_larger_one() -> None:
    members = [f"s{number}" for number in range(2000) if in_control(f"s{number}", 5.0)]
    assert members
    assert all(in_control(member, 10.0) for member in members)


def test_the_control_group_gets_any_allowed_offer_with_equal_probability() -> None:
    offers = [
        offer("rich", value=1000.0),
        offer("poor", value=0.001),
        offer("low", priority=9),
        offer("plain", display="default"),
        offer("never", eligibility="false"),
    ]
    world = World(document(*offers, placement={"control_percent": 100.0, "limit": 2}))
    first: Counter[str] = Counter()
    for seed in range(1000):
        decided = world.look(seed=str(seed))
        assert (decided.mode, decided.arm) == ("control", "control")
        assert [p.shown.selection_probability for p in decided.shown] == pytest.approx([1 / 4, 1 / 3])
        first[decided.shown[0].shown.offer] += 1
    assert set(first) == {"rich", "poor", "low", "plain"}
    assert min(first.values()) > 200


@pytest.mark.parametrize("policy", ["thompson", "squarecb", "greedy"])
def test_offers_are_drawn_as_often_as_the_recorded_probability_says(policy: str) -> None:
    """Rank by rank, given what stands above: the frequencies of many decisions against the recorded vector."""
    content = document(
        *(offer(f"o{n}", value=float(value)) for n, value in enumerate((10, 12, 15, 11))),
        placement={"limit": 2, "exploration": {"policy": policy, "floor": 0.2}},
    )
    world = World(content)
    for row, (seen, taken) in enumerate([(40, 12), (30, 7), (50, 9), (4, 1)]):
        world.state.leaves.shown[row] = seen
        world.state.leaves.reward[row] = taken * 1_000_000
    first: Counter[str] = Counter()
    second: dict[str, Counter[str]] = {}
    recorded: dict[tuple[str, ...], float] = {}
    total = 3000
    for seed in range(total):
        one, two = (proposal.shown for proposal in world.look(seed=f"{policy}{seed}").shown)
        first[one.offer] += 1
        second.setdefault(one.offer, Counter())[two.offer] += 1
        assert recorded.setdefault((one.offer,), one.selection_probability) == one.selection_probability
        pair = (one.offer, two.offer)
        assert recorded.setdefault(pair, two.selection_probability) == two.selection_probability
    assert sum(chance for names, chance in recorded.items() if len(names) == 1) == pytest.approx(1.0)
    for (offer_id,), chance in [(names, chance) for names, chance in recorded.items() if len(names) == 1]:
        assert abs(first[offer_id] / total - chance) < 4.5 * np.sqrt(chance * (1 - chance) / total)
    for above, counts in second.items():
        for offer_id, count in counts.items():
            chance = recorded[above, offer_id]
            assert abs(count / counts.total() - chance) < 4.5 * np.sqrt(chance * (1 - chance) / counts.total()) + 1e-9
            assert chance >= 0.2 / 3 - 1e-12


def test_a_decision_knows_the_bins_of_what_may_be_learnt_from() -> None:
    world = World(document(offer("a", eligibility='customer.segment == "home"')))
    decided = world.look(attributes={"customer.tenure_months": 30.0, "customer.segment": "business"})
    assert decided.bins == {"customer.tenure_months": 0, "customer.segment": 1}
