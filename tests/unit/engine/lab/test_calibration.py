"""Of what the shipped learner says is accepted in 30 of 100 cases, some 30 are: over all offers, not those it chose.

It learns most of what it chooses, so that what it does not choose it knows less of, and takes for worse than it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Choice, Learner, Offers
from tradewind.engine.lab.learners import LEARNERS, SHIPPED
from tradewind.engine.lab.problems import Floats, Problem, Row
from tradewind.engine.lab.simulating import live
from tradewind.engine.lab.worlds import World

SIZE, SETTLED = 2_500, 1_500
"""Moments of a life, and those before it is judged."""

SEEDS = (1, 2)
BINS = 10
FEWEST = 150
"""Expectations that a bin must have to be judged."""

FURTHEST, FURTHEST_IN_ALL, FURTHEST_LIKELY = 0.13, 0.075, 0.06
"""How far the mean of a bin, that of all expectations, and that of a bin from 0.3 to 0.7 may lie from the truth."""


class Heard:
    """A learner whose every expectation is written down."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self.said: list[Floats] = []

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        return self.learner.choose(row, allowed, draws)

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        self.learner.learn(choice, reward, instead_of=instead_of)

    def propensity(self, row: Row) -> Floats:
        self.said.append(self.learner.propensity(row))
        return self.said[-1]


@cache
def lived(world: str, learner: str = SHIPPED) -> tuple[Floats, Floats]:
    """What was expected of every offer at each moment of settled lives, before the answer, and what was true."""
    said, true = [], []
    for seed in SEEDS:
        heard: list[Heard] = []

        def make(problem: Problem, heard: list[Heard] = heard) -> Learner:
            heard.append(Heard(LEARNERS[learner].make(problem)))
            return heard[0]

        life = live(World(world, SIZE, seed), make)
        said += heard[0].said[SETTLED:]
        true += [life.world.moment(number).usual for number in range(SETTLED, len(heard[0].said))]
    return np.concatenate(said), np.concatenate(true)


def by_bins(said: Floats, true: Floats) -> list[tuple[int, float, float]]:
    """(expectations, their mean, the mean of the truth) of each tenth between 0 and 1 that has enough of them."""
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    chosen = [bins == each for each in range(BINS)]
    return [(int(c.sum()), float(said[c].mean()), float(true[c].mean())) for c in chosen if c.sum() >= FEWEST]


def off(said: Floats, true: Floats) -> tuple[float, float]:
    """How far the worst bin lies from the truth, and how far all together."""
    return max(abs(mean - truth) for _, mean, truth in by_bins(said, true)), abs(float(said.mean() - true.mean()))


@pytest.mark.parametrize("world", ["steady", "teams"])
def test_what_is_expected_of_all_offers_is_what_is_true(world: str) -> None:
    said, true = lived(world)
    bins = by_bins(said, true)
    assert len(bins) >= 7, bins
    assert sum(size for size, _, _ in bins) > 0.95 * len(said)
    worst, in_all = off(said, true)
    assert worst < FURTHEST, bins
    assert in_all < FURTHEST_IN_ALL
    assert all(abs(mean - truth) < FURTHEST_LIKELY for _, mean, truth in bins if 0.3 < mean < 0.7), bins


@pytest.mark.parametrize(
    "bent",
    [np.square, np.sqrt, lambda said: 0.5 * said, lambda said: np.clip(1.4 * said - 0.1, 0.0, 1.0)],
    ids=["squared", "rooted", "halved", "too sure"],
)
def test_expectations_that_are_bent_are_found_out(bent: Callable[[Floats], Floats]) -> None:
    said, true = lived("steady")
    assert off(bent(said), true)[0] > FURTHEST
