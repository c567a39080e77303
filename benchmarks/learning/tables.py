"""Passes over the labelled tables: cumulative acceptance, its curve, the time per row, and the uniform check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.learning.contestants import for_table
from benchmarks.learning.sets import table_of
from benchmarks.learning.uniformity import Rate, uniform_rate
from benchmarks.learning.watching import Watched
from tradewind.engine.lab.bandit import try_out
from tradewind.engine.lab.learner import Learner
from tradewind.engine.lab.problems import Problem

POINTS: Final = 40
"""Of a curve."""

CHECKED_ROWS: Final = 1_000
BELIEVED_SINCE: Final = 500


@dataclass(frozen=True, slots=True)
class Passed:
    """What a contestant got on a set: one acceptance a seed; `curve` has points (rows, acceptance so far)."""

    set: str
    contestant: str
    rows: int
    offers: int
    acceptances: tuple[float, ...]
    decide_us: float
    learn_us: float
    curve: tuple[tuple[int, float], ...]
    settings: dict[str, str]
    tried: int


@dataclass(frozen=True, slots=True)
class Pass:
    """A job: one contestant on one set, all seeds, in one process."""

    set: str
    contestant: str
    rows: int
    seeds: int

    @property
    def weight(self) -> int:
        return self.seeds * len(table_of(self.set, rows=self.rows).rows)

    def run(self, tell: Callable[[int], None]) -> Passed:
        table = table_of(self.set, rows=self.rows)
        tuned = for_table(self.contestant, table)
        watched: list[Watched] = []

        def make(problem: Problem) -> Learner:
            watched.append(Watched(tuned.make(problem)))
            return watched[-1]

        trial = try_out(table, make, seeds=self.seeds, tell=tell)
        return Passed(
            self.set, self.contestant, len(table.rows), len(table.problem.offers),
            trial.acceptances, trial.decide_us, trial.learn_us,
            curve=_curve([each.rewards for each in watched]),
            settings=dict(tuned.settings), tried=tuned.tried,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """The uniform rate through a contestant on a set."""

    set: str
    contestant: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Check:
    """A job: the uniform check on the first rows of a set; peers as they are set before they are tuned."""

    set: str
    contestant: str
    rows: int = CHECKED_ROWS

    @property
    def weight(self) -> int:
        return len(table_of(self.set, rows=self.rows).rows)

    def run(self, tell: Callable[[int], None]) -> Checked:
        table = table_of(self.set, rows=self.rows)
        rate = uniform_rate(table, for_table(self.contestant, table, tune=False).make)
        tell(self.weight)
        return Checked(self.set, self.contestant, rate)


@dataclass(frozen=True, slots=True)
class Bins:
    """Tens of a probability."""

    counts: tuple[int, ...]
    said: tuple[float, ...]
    came: tuple[float, ...]

    @property
    def error(self) -> float:
        """The expected calibration error (Naeini, Cooper and Hauskrecht 2015): Σ n/N · |said - came|."""
        gaps = np.abs(np.array(self.said) - np.array(self.came))
        return float(gaps.sum() / max(sum(self.counts), 1))

    def plus(self, other: Bins) -> Bins:
        return Bins(
            tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
            tuple(a + b for a, b in zip(self.said, other.said, strict=True)),
            tuple(a + b for a, b in zip(self.came, other.came, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Ten bins by what was said: how many fell into each, the sum of what was said, and of what came.

    `chosen` has the offers that were chosen, `all` every offer of every row, by its label.
    """

    set: str
    contestant: str
    chosen: Bins
    all: Bins


@dataclass(frozen=True, slots=True)
class Calibration:
    """A job: what one of ours says of its offers beside what came, in one pass.

    What is said before the row `BELIEVED_SINCE` does not count, or in the first half of a shorter set.
    """

    set: str
    contestant: str
    rows: int

    @property
    def weight(self) -> int:
        return len(table_of(self.set, rows=self.rows).rows)

    def run(self, tell: Callable[[int], None]) -> Calibrated:
        table = table_of(self.set, rows=self.rows)
        watched = Watched(for_table(self.contestant, table).make(table.problem), asks=True)
        try_out(table, lambda problem: watched, seeds=1, tell=tell)
        label = {id(row): offer for row, offer in zip(table.rows, table.labels, strict=True)}
        since = min(BELIEVED_SINCE, len(table.rows) // 2)
        choices, said = watched.choices[since:], np.array(watched.said[since:])
        came = np.zeros_like(said)
        came[range(len(choices)), [label[id(choice.row)] for choice in choices]] = 1.0
        chosen = [choice.offer for choice in choices]
        at = range(len(choices))
        return Calibrated(self.set, self.contestant, binned(said[at, chosen], came[at, chosen]), binned(said, came))


def binned(said: np.ndarray, came: np.ndarray) -> Bins:
    """Ten equally wide bins.

    >>> binned(np.array([0.2, 0.25, 1.0]), np.array([0.0, 1.0, 1.0])).counts
    (0, 0, 2, 0, 0, 0, 0, 0, 0, 1)
    """
    said, came = said.ravel(), came.ravel()
    places = np.minimum((said * 10.0).astype(np.int64), 9)
    counts = np.bincount(places, minlength=10)
    sums = (np.bincount(places, weights=of, minlength=10) for of in (said, came))
    return Bins(tuple(counts.tolist()), *(tuple(each.tolist()) for each in sums))


def _curve(rewards: list[list[float]]) -> tuple[tuple[int, float], ...]:
    """The mean over seeds of the acceptance so far."""
    so_far = np.cumsum(np.mean(rewards, axis=0))
    rows = np.unique(np.linspace(min(50, len(so_far)), len(so_far), POINTS).astype(int))
    return tuple((int(row), float(so_far[row - 1] / row)) for row in rows)
