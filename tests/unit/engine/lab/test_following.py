"""What is followed is what was drawn: the vectors of `followed` are those that `arbitrate` drew from."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.decide import Decided
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.following import NOBODY, UNIFORM, Followed, followed
from tradewind.engine.core.kernels.chances import draw


def lively(policy: str, **placement: object) -> World:
    """A world of two tiers, three groups, offers for always and by default, in which something was learnt."""
    offers = [
        offer("always", display="always", group="g0"),
        *(offer(f"o{n}", group=f"g{n % 3}", priority=1 + n // 5, value=5.0 + n % 4) for n in range(8)),
        offer("spare", display="default"),
    ]
    exploration = {"policy": policy, "floor": 0.05}
    world = World(document(*offers, placement={"limit": 4, "exploration": exploration, **placement}))
    for number in range(60):
        token = world.ask(f"s-{number}")
        for place, shown in enumerate(world.shown(token)):
            world.answer(token, shown, "accepted" if (number + place) % 3 == 0 else "rejected")
    return world


def follow(decided: Decided, picks: list[int], *, limit: int | None = None, policy: int | None = None) -> Followed:
    placement = decided.compiled.placements["desk"]
    most = placement.limit if limit is None else limit
    return followed(decided.candidates, decided.compiled, placement, picks, limit=most, policy=policy)


@pytest.mark.parametrize("policy", ["thompson", "squarecb", "greedy"])
def test_every_recorded_probability_is_found_again(policy: str) -> None:
    world = lively(policy)
    for number in range(40):
        decided = world.look(f"s-{number}", seed=f"again-{number}")
        found = follow(decided, decided.ranking.picks)
        at = range(len(decided.ranking.picks))
        assert found.vectors[at, decided.ranking.picks].tolist() == decided.ranking.chances
        assert found.above == 1
        assert np.allclose(found.vectors.sum(axis=1), 1.0)


@pytest.mark.parametrize("policy", ["thompson", "squarecb", "greedy"])
def test_a_draw_from_the_vector_is_the_offer_that_was_shown(policy: str) -> None:
    world = lively(policy)
    for number in range(10):
        picks = world.look(f"s-{number}", seed=f"again-{number}").ranking.picks
        for rank in range(1, len(picks)):
            found = follow(world.look(f"s-{number}"), [*picks[:rank], NOBODY])
            assert draw(found.vectors[rank], Draws(f"again-{number}".encode()).at(rank + 1)) == picks[rank]


def test_nothing_is_followed_behind_a_pick_that_could_not_have_been_drawn() -> None:
    world = lively("thompson")
    decided = world.look("s-1")
    second_tier = next(
        at for at in range(decided.candidates.size) if decided.compiled.offers[decided.candidates.rows[at]].id == "o7"
    )
    found = follow(decided, [decided.ranking.picks[0], second_tier, decided.ranking.picks[1]])
    assert len(found.vectors) == 2
    assert found.vectors[1, second_tier] == 0.0
    assert len(follow(decided, [second_tier, 0]).vectors) == 1


def test_groups_that_are_full_get_nothing() -> None:
    world = lively("greedy", limit=3)
    decided = world.look("s-1")
    placement = decided.compiled.placements["desk"]
    left = np.array([1, 1, 0], np.int64)
    found = followed(
        decided.candidates, decided.compiled, placement, [*decided.ranking.picks[:1], NOBODY], limit=3, group_left=left
    )
    groups = [decided.compiled.offers[row].group for row in decided.candidates.rows]
    closed = {
        decided.compiled.groups[2],
        decided.compiled.offers[decided.candidates.rows[decided.ranking.picks[0]]].group,
    }
    assert all(found.vectors[1, at] == 0.0 for at, group in enumerate(groups) if group in closed)


def test_the_uniform_policy_leaves_tiers_aside() -> None:
    world = lively("thompson")
    decided = world.look("s-1")
    found = follow(decided, [0, NOBODY], policy=UNIFORM)
    assert found.above == 0
    assert found.vectors[0].tolist() == [1 / decided.candidates.size] * decided.candidates.size
    assert found.vectors[1, 1:].tolist() == [1 / (decided.candidates.size - 1)] * (decided.candidates.size - 1)


def test_defaults_are_a_fallback_in_their_order() -> None:
    world = World(document(offer("a", display="default"), offer("b", display="default", value=99.0)))
    found = follow(world.look("s-1"), [1, 0])
    assert found.fallback
    assert found.vectors.tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_no_limit_and_no_candidates_leave_nothing_to_follow() -> None:
    world = World(document(offer("a", eligibility="false")))
    assert follow(world.look("s-1"), [NOBODY]).vectors.shape == (0, 0)
    world = lively("thompson")
    assert len(follow(world.look("s-1"), [NOBODY], limit=0).vectors) == 0
