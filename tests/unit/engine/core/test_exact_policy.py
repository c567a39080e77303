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

Floats = NDArray[np.float64]
Best = Callable[[list[int], np.random.Generator], int]


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
    lists: Counter[tuple[int, ...]] = Counter()
    for _ in range(ROUNDS):
        left = list(range(len(VALUES)))
        taken = []
        for _ in range(RANKS):
            pick = int(random.choice(left)) if random.random() < FLOOR else best(left, random)
            left.remove(pick)
            taken.append(pick)
        lists[tuple(taken)] += 1
    return lists


def recorded(world: World) -> dict[tuple[int, ...], float]:
    """The probability of each list that was seen: the product over its ranks."""
    found: dict[tuple[int, ...], float] = {}
    for seed in range(2500):
        ranks = [p.shown for p in world.look(seed=str(seed)).shown]
        found[tuple(int(each.offer[1:]) for each in ranks)] = math.prod(each.selection_probability for each in ranks)
    return found


def thompson(world: World) -> Best:
    alpha, beta = world.state.leaves.posterior(world.state.leaf_rows)
    values = np.array(VALUES)

    def best(left: list[int], random: np.random.Generator) -> int:
        return left[int(np.argmax(random.beta(alpha[left], beta[left]) * values[left]))]

    return best


def squarecb(world: World) -> Best:
    """Foster and Rakhlin (2020): 1 / (K + γ · gap) for all but the best, γ = 10 · √(1 + evidence)."""
    alpha, beta = world.state.leaves.posterior(world.state.leaf_rows)
    scores = alpha / (alpha + beta) * np.array(VALUES)
    gain = 10.0 * math.sqrt(1.0 + sum(shown for shown, _ in EVIDENCE))

    def best(left: list[int], random: np.random.Generator) -> int:
        top = max(left, key=lambda n: scores[n])
        for n in left:
            chance = 1.0 / (len(left) + gain * (1.0 - scores[n] / scores[top]))
            if n != top and random.random() < chance / (1.0 - spent(left, n, top)):
                return n
        return top

    def spent(left: list[int], until: int, top: int) -> float:
        before = [n for n in left[: left.index(until)] if n != top]
        return float(sum(1.0 / (len(left) + gain * (1.0 - scores[n] / scores[top])) for n in before))

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
