"""Responses that came before a scorer, and the number by which each response is known to its coins and bags."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.coins import mixed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Past(NamedTuple):
    """Responses that came before a scorer, an entry of each array for each of them, the oldest first.

    The root and the entry of its sample, when it came (0 to 1), its bins and how many of them are known, its reward
    (0 to 1) and its key.
    """

    roots: Ints
    entries: Ints
    ages: Floats
    rows: NDArray[np.uint8]
    widths: Ints
    rewards: Floats
    keys: Ints

    def where(self, chosen: Ints) -> Past:
        """Some of them, in this order."""
        columns: list[Any] = [column[chosen] for column in self]
        return Past(*columns)


def response_key(root: int, entry: int) -> int:
    """The number that an entry of a root's sample has for its coins and bags."""
    return int(mixed(int(mixed(root + 1)) ^ (entry & 0xFFFFFFFF)))


def response_keys(root: int, entries: Ints) -> Ints:
    """The same of many: what `mixed` does, it does to arrays too."""
    keys: Any = mixed
    found: Ints = keys(int(mixed(root + 1)) ^ (entries & 0xFFFFFFFF))
    return found
