"""Each arm of the lift report leaves out one part of the decision, and its probabilities say so."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.arms import PARTIAL, Arm, arm_of, in_control
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.explain import fates

PERCENT = 20.0
NAMES = [arm.name for arm in PARTIAL]


def member_of(name: str) -> str:
    """A customer in this arm."""
    return next(s for s in (f"s{number}" for number in range(2000)) if arm_of(s, PERCENT).name == name)


def world(*offers: dict[str, Any], **placement: Any) -> World:
    return World(document(*offers, placement={"control_percent": PERCENT, **placement}))


def first(decided: Decided) -> str:
    return decided.shown[0].shown.offer


def test_four_arms_share_what_the_control_group_has() -> None:
    counts = Counter(arm_of(f"subject-{number}", 2.0).name for number in range(40_000))
    assert set(counts) == {"control", "full", *NAMES}
    assert 700 <= counts["control"] <= 900
    assert all(140 <= counts[name] <= 260 for name in NAMES)


def test_without_a_control_group_there_are_no_arms() -> None:
    assert {arm_of(f"s{number}", 0.0).name for number in range(500)} == {"full"}


def test_the_least_share_that_can_be_written_is_next_to_nobody() -> None:
    assert {arm_of(f"s{number}", 5e-324).name for number in range(500)} == {"full"}


def test_everybody_may_be_in_the_control_group() -> None:
    assert {arm_of(f"s{number}", 100.0).name for number in range(500)} == {"control"}


def test_nobody_is_in_two_arms() -> None:
    subjects = [f"s{number}" for number in range(3000)]
    assert all((arm_of(s, 30.0).name == "control") == in_control(s, 30.0) for s in subjects)


@pytest.mark.parametrize("arm", NAMES)
def test_a_decision_names_its_arm(arm: str) -> None:
    decided = world(offer("a")).look(member_of(arm))
    assert (decided.mode, decided.arm) == ("learned", arm)
    assert decided.as_fact("t", presents=True).arm == arm


def test_without_levers_only_the_value_counts() -> None:
    offers = (offer("worth", value=20.0), offer("pushed", value=10.0, weight=100.0))
    greedy = {"exploration": {"policy": "greedy", "floor": 0.0}}
    assert first(world(*offers, **greedy).look(member_of("full"))) == "pushed"
    assert first(world(*offers, **greedy).look(member_of("no_levers"))) == "worth"


def test_without_levers_context_weights_do_not_count() -> None:
    content = document(
        offer("plain", value=20.0),
        offer("pushed", group="pushed", value=10.0),
        placement={"control_percent": PERCENT, "exploration": {"policy": "greedy", "floor": 0.0}},
        arbitration=[{"name": "default", "context_weights": [{"when": "true", "group": "pushed", "weight": 9.0}]}],
    )
    assert first(World(content).look(member_of("full"))) == "pushed"
    assert first(World(content).look(member_of("no_levers"))) == "plain"


def test_by_propensity_only_neither_value_nor_exponent_counts() -> None:
    content = document(
        offer("rich", value=1000.0),
        offer("liked", value=1.0),
        placement={"control_percent": PERCENT, "exploration": {"policy": "greedy", "floor": 0.0}},
        arbitration=[{"name": "default", "exponent": 0.0}],
    )
    asked = World(content)
    for _ in range(3):
        token = asked.ask("someone", session="s")
        asked.answer(token, "liked", "accepted")
        asked.answer(token, "rich", "rejected")
    assert first(asked.look(member_of("full"))) == "rich"
    liked = asked.look(member_of("propensity_only"))
    assert first(liked) == "liked"
    assert liked.shown[0].shown.score == liked.shown[0].shown.propensity


def test_by_eligibility_only_profiles_and_skills_hold_nothing_back() -> None:
    suited = {"profiles": [{"id": "p", "rule": "customer.is_student", "suitability": {"en": "For students"}}]}
    asked = world(offer("for-students", **suited), offer("skilled", agent_skills=["care"]), limit=5)
    assert not asked.look(member_of("full")).shown
    decided = asked.look(member_of("eligibility_only"))
    assert {p.shown.offer for p in decided.shown} == {"for-students", "skilled"}
    assert [p.suitability for p in decided.shown if p.shown.offer == "for-students"] == [""]


def test_by_eligibility_only_what_is_not_eligible_stays_away() -> None:
    decided = world(offer("never", eligibility="false")).look(member_of("eligibility_only"))
    assert [fate.stage for fate in fates(decided)] == ["eligible"]


def test_in_the_arm_of_random_tiers_every_tier_has_its_turn() -> None:
    asked = world(offer("a"), offer("b", priority=5), offer("c", priority=5), limit=2)
    subject = member_of("random_tiers")
    counts: Counter[str] = Counter()
    for seed in range(600):
        decided = asked.look(subject, seed=str(seed))
        ranks = [p.shown for p in decided.shown]
        counts[ranks[0].offer] += 1
        assert ranks[0].selection_probability == pytest.approx(0.5 if ranks[0].offer == "a" else 0.25)
        assert all(each.selection_probability == 1.0 for each in ranks[1:])
    assert 240 <= counts["a"] <= 360
    assert counts["b"] + counts["c"] == 600 - counts["a"]
    assert 100 <= counts["b"] <= 200


@pytest.mark.parametrize("arm", ["control", *NAMES])
def test_no_arm_breaks_a_cap(arm: str) -> None:
    policy = {"name": "once", "scope": "all", "counts": "shown", "max": 1, "days": 1}
    asked = World(document(offer("a"), offer("b"), placement={"control_percent": PERCENT}, contact_policies=[policy]))
    subject = member_of(arm)
    assert len(asked.shown(asked.ask(subject))) == 1
    assert asked.shown(asked.ask(subject)) == []


def test_an_arm_leaves_out_nothing_unless_it_says_so() -> None:
    assert Arm("x") == Arm("x", is_random=False, has_levers=True, has_value=True, has_suitability=True, has_tiers=True)
