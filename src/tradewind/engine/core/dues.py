"""When something falls due, in buckets: a name costs one place in a list, however many there are."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.packing import Ints

NEVER = 2**62


class Dues:
    """Names by the bucket of their instant, `width` microseconds each.

    A name may lie in several buckets, or be no longer wanted: whoever takes it out looks again.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._buckets: dict[int, list[str]] = {}
        self._order: list[int] = []
        self.earliest = NEVER

    @classmethod
    def of(cls, width: int, instants: Ints, names: Sequence[str], wanted: NDArray[np.bool_] | None = None) -> Self:
        """Many at once, each name with its instant; all of them, or those that are wanted."""
        dues = cls(width)
        buckets = instants // width
        order = np.argsort(buckets, kind="stable")
        order = order if wanted is None else order[wanted[order]]
        numbers, starts = np.unique(buckets[order], return_index=True)
        in_order = [names[place] for place in order.tolist()]
        ends = pairwise([*starts.tolist(), len(in_order)])
        dues._buckets = {
            number: in_order[start:end] for number, (start, end) in zip(numbers.tolist(), ends, strict=True)
        }
        dues._order = numbers.tolist()
        dues.earliest = dues._order[0] if dues._order else NEVER
        return dues

    def add(self, instant: int, name: str) -> None:
        """Put a name under an instant."""
        number = instant // self._width
        bucket = self._buckets.get(number)
        if bucket is None:
            self._buckets[number] = [name]
            heapq.heappush(self._order, number)
            self.earliest = self._order[0]
        else:
            bucket.append(name)

    def before(self, number: int) -> list[str]:
        """Take out every name in a bucket before this one, the earliest first."""
        taken: list[str] = []
        while self._order and self._order[0] < number:
            taken += self._buckets.pop(heapq.heappop(self._order))
        self.earliest = self._order[0] if self._order else NEVER
        return taken
