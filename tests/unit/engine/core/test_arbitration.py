"""Tiers, scores, diversity and limits decide what is shown."""

from collections import Counter

import numpy as np
import pytest
from tests.unit.engine.core.world import Json, World, document, offer

from tradewind.engine.core.events import decode, encode


def ids(world: World, attributes: Json | None = None) -> list[str]:
    return [proposal.shown.offer for proposal in world.look(attributes=attributes).shown]


def test_always_offers_come_first_with_certainty() -> None:
    world = World(document(offer("a"), offer("law", display="always", value=0.1), offer("b")))
    for seed in "abcdef":
        shown = world.look(seed=seed).shown
        assert shown[0].shown.offer == "law"
        assert shown[0].shown.selection_probability == 1.0


def test_only_the_highest_tier_that_has_an_offer_competes() -> None:
    second = [offer("b", priority=2), offer("c", priority=2, eligibility="customer.is_student")]
    world = World(document(offer("a", priority=3), *second, offer("x", priority=1, eligibility="false")))
    assert ids(world) == ["b"]


def test_default_offers_are_shown_only_without_others() -> None:
    world = World(document(offer("plain", display="default"), offer("a", eligibility="customer.is_student")))
    alone = world.look(attributes={"customer.is_student": False})
    assert [proposal.shown.offer for proposal in alone.shown] == ["plain"]
    assert (alone.mode, alone.shown[0].shown.selection_probability) == ("fallback", 1.0)
    assert ids(world, {"customer.is_student": True}) == ["a"]


def test_default_offers_are_in_the_order_of_their_scores() -> None:
    content = document(*(offer(f"d{n}", display="default", value=float(n)) for n in range(5)))
    assert ids(World(content)) == ["d4", "d3", "d2"]


def test_a_group_has_no_more_places_than_the_arbitration_gives_it() -> None:
    offers = [offer(f"a{n}", group="a") for n in range(4)] + [offer("b", group="b")]
    world = World(document(*offers, arbitration=[{"name": "default", "per_group": 1}]))
    for seed in "abcdefgh":
        groups = Counter(proposal.shown.group for proposal in world.look(seed=seed).shown)
        assert groups == {"a": 1, "b": 1}


def test_always_offers_count_for_their_group() -> None:
    offers = [offer("law", group="a", display="always"), offer("a1", group="a"), offer("b", group="b")]
    world = World(document(*offers, arbitration=[{"name": "default", "per_group": 1}]))
    assert ids(world) == ["law", "b"]


def test_a_request_can_lower_the_limit_but_not_raise_it() -> None:
    world = World(document(*(offer(f"o{n}") for n in range(9))))
    assert len(world.look().shown) == 3
    assert len(world.look(limit=2).shown) == 2
    assert len(world.look(limit=8).shown) == 3


def test_a_score_is_propensity_to_the_exponent_times_value_and_weights() -> None:
    content = document(
        offer("a", value=6.0, weight=0.5, group="keep"),
        placement={"exploration": {"policy": "greedy", "floor": 0.0}},
        arbitration=[
            {
                "name": "default",
                "exponent": 2.0,
                "context_weights": [{"when": "customer.tenure_months > 12", "group": "keep", "weight": 4.0}],
            }
        ],
    )
    world = World(content)
    assert world.look().shown[0].shown.score == pytest.approx(0.5**2 * 6.0 * 0.5)
    seasoned = world.look(attributes={"customer.tenure_months": 24}).shown[0].shown
    assert seasoned.score == pytest.approx(0.5**2 * 6.0 * 0.5 * 4.0)


def test_a_context_weight_for_a_group_without_offers_changes_nothing() -> None:
    weights = [{"when": "true", "group": "nobody", "weight": 9.0}]
    world = World(document(offer("a"), arbitration=[{"name": "default", "context_weights": weights}]))
    assert world.look().shown[0].shown.score == pytest.approx(5.0)


@pytest.mark.parametrize("policy", ["greedy", "squarecb", "thompson"])
def test_however_many_weights_a_group_has_every_number_is_finite(policy: str) -> None:
    """As a publication may say it: 40 weights are 1e360, and a value of nothing times that is no number."""
    weights = [{"when": "true", "group": "things", "weight": 1e9}] * 40
    content = document(
        offer("rich", value=1e9, weight=1e9), offer("plain"), offer("free", value=0.0), offer("other", group="others"),
        placement={"limit": 4, "exploration": {"policy": policy, "floor": 0.05}},
        arbitration=[{"name": "default", "exponent": 0.5, "context_weights": weights}],
    )  # fmt: skip
    world = World(content)
    decided = world.look()
    assert sorted(ids(world)) == ["free", "other", "plain", "rich"]
    assert np.isfinite(decided.candidates.weighed[:, : decided.candidates.size]).all()
    ranking = decided.ranking
    assert np.isfinite([ranking.chances, ranking.scores, ranking.propensities, ranking.lower, ranking.upper]).all()
    world.ask()
    assert [decode(*encode(fact)) for fact in world.facts] == world.facts


@pytest.mark.parametrize("policy", ["greedy", "squarecb", "thompson"])
def test_every_policy_prefers_what_is_worth_more_and_tries_the_others(policy: str) -> None:
    placement = {"limit": 1, "exploration": {"policy": policy, "floor": 0.3}}
    world = World(document(offer("rich", value=1000.0), offer("poor", value=1.0), placement=placement))
    chances = {
        proposal.shown.offer: proposal.shown.selection_probability
        for seed in range(60)
        for proposal in world.look(seed=str(seed)).shown
    }
    assert set(chances) == {"rich", "poor"}
    assert sum(chances.values()) == pytest.approx(1.0)
    assert chances["rich"] > chances["poor"] >= 0.15
