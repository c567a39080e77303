"""How often each offer was shown to anybody, in all and on the last days; and what its acceptances have cost.

Counts of days are kept by the quarter hour, since every time zone's day begins on one: the fold needs no calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.instants import MINUTE
from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts
from tradewind.engine.core.published import Rows

Counts = NDArray[np.int64]

MOST_SPENT = 2**62
"""More is not counted: it is thousands of times the largest budget, and one more cost still fits in what holds it."""

QUARTER = 15 * MINUTE
KEPT = 4 * 96
"""Quarters that are kept: four days. What occurred longer before the latest presentation counts in the total only."""


class Volumes:
    """Presentations by offer id, whatever the publication."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._total = np.zeros(0, np.int64)
        self._spent = np.zeros(0, np.int64)
        self._quarters = np.zeros((0, KEPT), np.int64)
        self._newest = 0
        self._look_through()

    def plant(self, offers: list[str]) -> Rows:
        """The rows of these offers, new ones with nothing shown."""
        for offer in offers:
            self._rows.setdefault(offer, len(self._rows))
        grown = len(self._rows) - len(self._total)
        if grown:
            self._total = np.concatenate((self._total, np.zeros(grown, np.int64)))
            self._spent = np.concatenate((self._spent, np.zeros(grown, np.int64)))
            self._quarters = np.vstack((self._quarters, np.zeros((grown, KEPT), np.int64)))
            self._look_through()
        return np.array([self._rows[offer] for offer in offers], np.intp)

    def shown(self, offers: Iterable[str], at: int) -> None:
        """Count presentations that occurred at `at`."""
        quarter = at // QUARTER
        if quarter > self._newest:
            passed = min(quarter - self._newest, KEPT)
            self._quarters[:, [q % KEPT for q in range(quarter - passed + 1, quarter + 1)]] = 0
            self._newest = quarter
        is_kept, slot = quarter > self._newest - KEPT, quarter % KEPT
        for offer in offers:
            row = self._rows[offer]
            self._totals[row] += 1
            if is_kept:
                self._slots[row * KEPT + slot] += 1

    def spend(self, offer: str, amount: int) -> None:
        """Count what an acceptance takes from a budget, in millionths; a correction gives it back."""
        row = self._rows[offer]
        self._spent[row] = min(max(int(self._spent[row]) + amount, 0), MOST_SPENT)

    def spent(self, rows: Rows) -> Counts:
        """What the acceptances of these have cost, in millionths."""
        return self._spent[rows]

    def total(self, rows: Rows) -> Counts:
        """How often these were ever shown."""
        return self._total[rows]

    def between(self, rows: Rows, start: int, end: int) -> Counts:
        """How often these were shown from `start` to before `end`, of what is kept."""
        first = max(start // QUARTER, self._newest - KEPT + 1)
        last = min(-(-end // QUARTER), self._newest + 1)
        slots = np.arange(first, max(first, last)) % KEPT
        return self._quarters[np.ix_(rows, slots)].sum(axis=1)

    def listed(self) -> list[object]:
        """Every count, sorted by offer: what the state's digest covers."""
        kept = range(max(0, self._newest - KEPT + 1), self._newest + 1)
        return [
            [
                offer,
                int(self._total[row]),
                int(self._spent[row]),
                [[q, int(self._quarters[row, q % KEPT])] for q in kept if self._quarters[row, q % KEPT]],
            ]
            for offer, row in sorted(self._rows.items())
        ]

    def packed(self) -> Packed:
        """For a snapshot."""
        columns = (self._total, self._spent, self._quarters)
        return [packed_texts(self._rows), [packed_ints(column) for column in columns], self._newest]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        volumes = cls()
        offers, (total, spent, quarters), volumes._newest = packed
        volumes._rows = {offer: row for row, offer in enumerate(unpacked_texts(offers))}
        volumes._total, volumes._spent = unpacked_ints(total), unpacked_ints(spent)
        volumes._quarters = unpacked_ints(quarters, width=KEPT)
        volumes._look_through()
        return volumes

    def _look_through(self) -> None:
        """The same memory as plain numbers: counting one up costs a third of what it costs in an array."""
        self._totals, self._slots = memoryview(self._total), memoryview(self._quarters.reshape(-1))
