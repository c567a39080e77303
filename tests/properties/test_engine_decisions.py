"""Whatever is published and asked: nobody sees what is not meant for them, and the probabilities are honest."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.compiling import interpreted
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.explain import fates
from tradewind.engine.core.kernels.chances import draw, share_floor
from tradewind.engine.core.kernels.ranking import thompson_vector
from tradewind.engine.core.kernels.thompson import posteriors

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

RULES = ("true", "false", "customer.tenure_months > 24", "customer.is_student", '!(customer.segment == "home")')
POLICIES = ("thompson", "squarecb", "greedy")

worth = st.one_of(st.just(0.0), st.floats(0.001, 1e6))
offers = st.builds(
    lambda name, group, display, priority, value, weight, eligibility, rules, skills, channel, days: offer(
        name,
        group=group,
        display=display,
        priority=priority,
        value=value,
        weight=weight,
        eligibility=eligibility,
        profiles=[{"id": f"p{number}", "rule": rule} for number, rule in enumerate(rules)],
        agent_skills=skills,
        reoffer_after_days=days,
        treatments=[{"id": "t", "channel": channel, "language": "en", "texts": {"title": name}}],
    ),
    name=st.sampled_from([f"o{number}" for number in range(40)]),
    group=st.sampled_from("gh"),
    display=st.sampled_from(["always", "priority", "priority", "priority", "default"]),
    priority=st.integers(1, 3),
    value=worth,
    weight=worth,
    eligibility=st.sampled_from(RULES),
    rules=st.lists(st.sampled_from(RULES), min_size=1, max_size=3),
    skills=st.sampled_from([[], [], ["care"]]),
    channel=st.sampled_from(["call-center", "call-center", "call-center", "web"]),
    days=st.sampled_from([None, 1]),
)
placements = st.fixed_dictionaries(
    {
        "limit": st.integers(1, 5),
        "exploration": st.fixed_dictionaries({"policy": st.sampled_from(POLICIES), "floor": st.floats(0.0, 1.0)}),
        "control_percent": st.sampled_from([0.0, 0.0, 50.0, 100.0]),
    }
)
attributes = st.fixed_dictionaries(
    {},
    optional={
        "customer.tenure_months": st.floats(0, 600),
        "customer.is_student": st.booleans(),
        "customer.segment": st.sampled_from(["home", "business"]),
        "agent.skills": st.sampled_from([[], ["care"], ["care", "x"]]),
    },
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A publication, and some evidence and contacts from before."""
    exponent, per_group = draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])), draw(st.sampled_from([None, 1, 2]))
    arbitration = {"name": "default", "exponent": exponent, **({"per_group": per_group} if per_group else {})}
    chosen = draw(st.lists(offers, max_size=12, unique_by=lambda one: str(one["id"])))
    world = World(document(*chosen, placement=draw(placements), arbitration=[arbitration]))
    for row in range(len(world.state.leaf_rows)):
        world.state.leaves.shown[row] = seen = draw(st.integers(0, 500))
        world.state.leaves.reward[row] = draw(st.integers(0, seen)) * 1_000_000
    for one in draw(st.lists(st.sampled_from([each["id"] for each in chosen]), max_size=2)) if chosen else []:
        world.state.contacts.shown("s", one, world.now)
    return world


asked = st.fixed_dictionaries({"attributes": attributes, "seed": st.text(max_size=8)})


def rule_holds(rule: str, values: dict[str, Any]) -> bool:
    """The rules of this file, said again in Python."""
    match rule:
        case "true":
            return True
        case "customer.tenure_months > 24":
            return bool(values.get("customer.tenure_months", 0.0) > 24)
        case "customer.is_student":
            return values.get("customer.is_student") is True
        case '!(customer.segment == "home")':
            return bool(values.get("customer.segment") == "business")
    return False


def meant_for(decided: Decided, world: World, values: dict[str, Any]) -> set[str]:
    """The offers that may be shown, worked out one by one from the document."""
    publication = world.state.publication
    assert publication is not None
    allowed = set()
    for one in publication.offers:
        rules = [publication.rule_texts[one.eligibility], *(publication.rule_texts[p.rule] for p in one.profiles)]
        waits = publication.columns.reoffer_after[publication.rows[one.id]] > 0
        if (
            rule_holds(rules[0], values)
            and any(rule_holds(rule, values) for rule in rules[1:])
            and one.agent_skills <= set(values.get("agent.skills", []))
            and "call-center" in one.treatments
            and not (waits and one.id in world.state.contacts.last_shown("s"))
        ):
            allowed.add(one.id)
    return allowed


@relaxed
@given(world=worlds(), asked=asked)
def test_only_allowed_offers_are_shown_and_each_once(world: World, asked: dict[str, Any]) -> None:
    decided = world.look("s", **asked)
    shown = [proposal.shown.offer for proposal in decided.shown]
    allowed = meant_for(decided, world, asked["attributes"])
    assert set(shown) <= allowed
    assert len(shown) == len(set(shown))
    assert decided.funnel["allowed"] == len(allowed)
    assert bool(shown) == bool(allowed)
    assert len(shown) <= decided.compiled.placements["desk"].limit


@relaxed
@given(world=worlds(), asked=asked)
def test_every_number_of_a_decision_is_in_its_range(world: World, asked: dict[str, Any]) -> None:
    decided = world.look("s", **asked)
    assert [proposal.shown.rank for proposal in decided.shown] == list(range(1, len(decided.shown) + 1))
    for shown in (proposal.shown for proposal in decided.shown):
        assert 0.0 < shown.selection_probability <= 1.0 + 1e-12
        assert 0.0 <= shown.lower <= shown.propensity <= shown.upper <= 1.0
        assert math.isfinite(shown.score)
        assert shown.score >= 0.0


@relaxed
@given(world=worlds(), asked=asked)
def test_a_decision_is_a_function_of_request_state_and_key(world: World, asked: dict[str, Any]) -> None:
    once, again = world.look("s", **asked), world.look("s", **asked)
    assert once.as_fact("t", presents=True) == again.as_fact("t", presents=True)


@relaxed
@given(world=worlds(), asked=asked)
def test_every_offer_has_one_fate_and_the_funnel_counts_them(world: World, asked: dict[str, Any]) -> None:
    decided = world.look("s", **asked)
    told = fates(decided)
    assert [fate.offer for fate in told] == [one.id for one in decided.compiled.offers]
    assert sum(fate.stage == "shown" for fate in told) == decided.funnel["shown"]
    left = decided.funnel["published"]
    for stage in ("valid", "eligible", "applicable", "suitable", "allowed"):
        left -= sum(fate.stage == stage for fate in told)
        assert left == decided.funnel[stage]
    assert all(fate.reason for fate in told)


@relaxed
@given(world=worlds(), asked=asked)
def test_the_vector_of_every_rank_sums_to_one_and_keeps_its_floor(world: World, asked: dict[str, Any]) -> None:
    vectors: list[np.ndarray[Any, np.dtype[np.float64]]] = []

    def listening(probabilities: np.ndarray[Any, np.dtype[np.float64]], uniform: float) -> int:
        vectors.append(probabilities.copy())
        return draw(probabilities, uniform)

    with interpreted(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("tradewind.engine.core.kernels.ranking.draw", listening)
        decided = world.look("s", **asked)
    floor = 1.0 if decided.arm == "control" else 0.0 if decided.mode == "fallback" else decided_floor(decided)
    ranks = [proposal.shown.selection_probability for proposal in decided.shown]
    drawn = ranks[len(ranks) - len(vectors) :]
    for vector, chance in zip(vectors, drawn, strict=True):
        assert abs(float(vector.sum()) - 1.0) < 1e-9
        assert float(vector.min()) >= floor / len(vector) - 1e-12
        assert chance in vector.tolist()


def decided_floor(decided: Decided) -> float:
    return decided.compiled.placements[decided.placement].floor


@relaxed
@given(
    shapes=st.lists(st.tuples(st.floats(0.05, 5000), st.floats(0.05, 5000), worth), min_size=1, max_size=40),
    exponent=st.sampled_from([0.01, 0.3, 1.0, 3.0]),
    data=st.data(),
)
def test_a_thompson_vector_is_a_distribution_over_whatever_is_left(
    shapes: list[tuple[float, float, float]], exponent: float, data: st.DataObject
) -> None:
    assume(any(factor for _, _, factor in shapes))
    draw_until_nobody_is_left(shapes, exponent, lambda left: data.draw(st.sampled_from(left)))


def test_the_vector_stays_a_distribution_when_only_the_all_but_worthless_is_left() -> None:
    shapes = [(1.0, 1.0, 731248.0), (1.0, 1.0, 0.5)]  # 1 / 0.01 is the power: of the second's worth 1e-308 is left
    draw_until_nobody_is_left(shapes, 0.01, lambda left: left[0])


def draw_until_nobody_is_left(
    shapes: list[tuple[float, float, float]], exponent: float, drawn: Callable[[list[int]], int]
) -> None:
    alpha, beta, factor = (np.array(column) for column in zip(*shapes, strict=True))
    pool, place = np.arange(len(shapes)), np.full(len(shapes), -1, np.int64)
    scores = factor * (alpha / (alpha + beta)) ** exponent
    tables, grid = posteriors(alpha, beta, factor, exponent), (np.empty((0, 0)), np.empty((0, 0)))
    while len(pool):
        vector = np.empty(len(pool))
        grid = thompson_vector(scores, pool, 3, tables, grid, place, vector)
        share_floor(vector, 0.0)
        assert np.isfinite(vector).all()
        assert (vector >= 0.0).all()
        assert abs(float(vector.sum()) - 1.0) < 1e-9
        pool = pool[pool != drawn(pool.tolist())]
