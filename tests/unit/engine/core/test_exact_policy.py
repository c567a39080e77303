"""The recorded probabilities of a whole list against the policy played by hand, draw after draw."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.engine.core.world import World, document, offer

VALUES = (10.0, 12.0, 15.0, 11.0, 9.0)
EVIDENCE = ((40, 12), (30, 7), (50, 9), (4, 1), (0, 0))
FLOOR = 0.1
RANKS = 3
ROUNDS = 30_000

Ints = NDArray[np.intp]
Mask = NDArray[np.bool_]
Best = Callable[[Mask, np.random.Generator], Ints]
"""What the policy picks in each round, of those left there."""


def taught(policy: str) -> World:
    offers = [offer(f"o{n}", value=value) for n, value in enumerate(VALUES)]
    world = World(document(*offers, placement={"limit": RANKS, "exploration": {"policy": policy, "floor": FLOOR}}))
    for row, (shown, taken) in enumerate(EVIDENCE):
        world.state.leaves.shown[row] = shown
        world.state.leaves.reward[row] = taken * 1_000_000
    return world


def played(best: Best) -> Counter[tuple[int, ...]]:
    """Lists of `RANKS` offers: at each rank, one time in 1/FLOOR any of those left, else the policy's best of them."""
    random = np.random.default_rng(20261127)
    left = np.ones((ROUNDS, len(VALUES)), np.bool_)
    picks = []
    for _ in range(RANKS):
        any_of_them = np.argmax(np.where(left, random.random(left.shape), -1.0), axis=1)
        pick = np.where(random.random(ROUNDS) < FLOOR, any_of_them, best(left, random))
        left[np.arange(ROUNDS), pick] = False
        picks.append(pick)
    return Counter(zip(*(pick.tolist() for pick in picks), strict=True))


def recorded(world: World) -> dict[tuple[int, ...], float]:
    """The probability of each list that was seen: the product over its ranks."""
    found: dict[tuple[int, ...], float] = {}
    for seed in range(2500):
        ranks = [p.shown for p in world.look(seed=str(seed)).shown]
        found[tuple(int(each.offer[1:]) for each in ranks)] = math.prod(each.selection_probability for each in ranks)
    return found


def thompson(world: World) -> Best:
    alpha, beta = world.state.leaves.posterior(world.state.leaf_rows)

    def best(left: Mask, random: np.random.Generator) -> Ints:
        drawn = random.beta(alpha, beta, left.shape) * np.array(VALUES)
        return np.argmax(np.where(left, drawn, -1.0), axis=1)

    return best


def squarecb(world: World) -> Best:
    """Foster and Rakhlin (2020): 1 / (K + γ · gap) for all but the best, γ = 10 · √(1 + evidence)."""
    alpha, beta = world.state.leaves.posterior(world.state.leaf_rows)
    scores = alpha / (alpha + beta) * np.array(VALUES)
    gain = 10.0 * math.sqrt(1.0 + sum(shown for shown, _ in EVIDENCE))

    def best(left: Mask, random: np.random.Generator) -> Ints:
        top = np.argmax(np.where(left, scores, -1.0), axis=1)
        gaps = 1.0 - scores / scores[top][:, np.newaxis]
        chances = np.where(left, 1.0 / (left.sum(axis=1, keepdims=True) + gain * gaps), 0.0)
        chances[np.arange(len(left)), top] = 0.0
        below = random.random((len(left), 1)) < np.cumsum(chances, axis=1)
        return np.where(below.any(axis=1), np.argmax(below, axis=1), top)

    return best


@pytest.mark.parametrize(("policy", "played_by"), [("thompson", thompson), ("squarecb", squarecb)])
def test_the_probability_of_a_list_is_that_of_the_policy_played_by_hand(
    policy: str, played_by: Callable[[World], Best]
) -> None:
    """Each rank may be off by 0.005 (the quadrature), and the count by its own noise."""
    world = taught(policy)
    lists, chances = played(played_by(world)), recorded(world)
    assert sum(chances[names] for names in chances) > 0.97
    for names, chance in chances.items():
        noise = 4.5 * math.sqrt(chance * (1.0 - chance) / ROUNDS)
        assert abs(lists[names] / ROUNDS - chance) < noise + 0.005
    by_first = Counter({n: sum(count for names, count in lists.items() if names[0] == n) for n in range(len(VALUES))})
    for n in by_first:
        chance = sum(c for names, c in chances.items() if names[0] == n)
        assert abs(by_first[n] / ROUNDS - chance) < 0.015
