"""A labelled table as a bandit: one pass, one offer a row, accepted where it is the label; the label stays hidden."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.learner import Learner
from tradewind.engine.lab.problems import Problem
from tradewind.engine.lab.tables import Table


@dataclass(frozen=True, slots=True)
class Trial:
    """What a learner got: the share of rows accepted in the pass of each seed, and the processor's time per row."""

    acceptances: tuple[float, ...]
    decide_us: float
    learn_us: float

    @property
    def acceptance(self) -> float:
        """The mean over the seeds."""
        return statistics.fmean(self.acceptances)

    @property
    def std(self) -> float:
        """The deviation of a seed; 0 with one seed."""
        return statistics.stdev(self.acceptances) if len(self.acceptances) > 1 else 0.0


def try_out(
    table: Table,
    make: Callable[[Problem], Learner],
    *,
    seeds: int,
    first: int = 1,
    tell: Callable[[int], None] = lambda rows: None,
) -> Trial:
    """Let a fresh learner go once through the rows for each seed, in an order shuffled by it.

    Args:
        table: rows and labels.
        make: gives a learner that knows the problem and nothing else.
        seeds: how many passes.
        first: the seed of the first one; those of the others follow it.
        tell: hears of every hundred rows that are done, or fewer at the end.
    """
    warm_up()
    acceptances, spent = [], np.zeros(2, np.int64)
    for seed in range(first, first + seeds):
        accepted = _pass(table, make(table.problem), seed, spent, tell)
        acceptances.append(accepted / len(table.rows))
    decide_us, learn_us = (spent / (1_000.0 * seeds * len(table.rows))).tolist()
    return Trial(tuple(acceptances), decide_us, learn_us)


def shuffled(size: int, *, seed: int) -> list[int]:
    """The numbers below `size` in an order that belongs to the seed (Fisher and Yates 1938; Durstenfeld 1964).

    >>> shuffled(5, seed=1), shuffled(5, seed=2)
    ([3, 2, 4, 1, 0], [1, 3, 2, 4, 0])
    """
    order, draws = list(range(size)), Draws(f"lab/order/{seed}".encode())
    for last in range(size - 1, 0, -1):
        chosen = int(draws.at(last) * (last + 1))
        order[last], order[chosen] = order[chosen], order[last]
    return order


def _pass(table: Table, learner: Learner, seed: int, spent: np.ndarray, tell: Callable[[int], None]) -> int:
    everything, clock = np.arange(len(table.problem.offers)), time.thread_time_ns
    accepted = 0
    for number, place in enumerate(shuffled(len(table.rows), seed=seed), start=1):
        draws = Draws(f"lab/{seed}/{number}".encode())
        began = clock()
        choice = learner.choose(table.rows[place], everything, draws)
        decided = clock()
        is_label = choice.offer == table.labels[place]
        learner.learn(choice, MICRO if is_label else 0)
        spent += (decided - began, clock() - decided)
        accepted += is_label
        if number % 100 == 0:
            tell(100)
    tell(len(table.rows) % 100)
    return accepted
