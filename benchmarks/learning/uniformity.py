"""The check that can fail: a uniform policy through a contestant's loop gets the uniform rate.

Each label is one offer, so of n rows a uniform policy gets 1/K with the variance (K - 1)/(K² n), whatever the
contestant has learnt. A harness that lets a label through, counts a reward twice or gives it to the wrong offer gets
another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from benchmarks.learning.contestants import Make
from benchmarks.learning.watching import Overruled
from tradewind.engine.lab.bandit import try_out
from tradewind.engine.lab.tables import Table

MOST_DEVIATIONS: Final = 4.0
"""Standard errors that a rate may be off: by chance one of sixteen thousand is further."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a uniform policy got, and what it should."""

    found: float
    expected: float
    error: float

    @property
    def deviations(self) -> float:
        """How far off, in standard errors."""
        return (self.found - self.expected) / self.error

    @property
    def holds(self) -> bool:
        return abs(self.deviations) <= MOST_DEVIATIONS


def uniform_rate(table: Table, make: Make, *, seeds: int = 1) -> Rate:
    """Let a uniform policy overrule a contestant on every row."""
    found = try_out(table, lambda problem: Overruled(make(problem)), seeds=seeds).acceptance
    offers = len(table.problem.offers)
    error = math.sqrt((offers - 1) / (offers**2 * len(table.rows) * seeds))
    return Rate(found, 1.0 / offers, error)
