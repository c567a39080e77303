"""Where the bins of attributes lie among the columns of the scorers' linear parts, which all offers share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.linear import lay, lay_all
from tradewind.engine.core.kernels.scorer import NO_COLUMN
from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

Ints = NDArray[np.int64]
Bins = NDArray[np.uint8]


class Layout:
    """`attributes` are those of `Samples`, in its order; `numbers` says of each whether it is one, and `column_of`
    (attributes, 17) has the columns of its bins. The first `taken` columns are in use."""

    def __init__(self) -> None:
        self.attributes: tuple[str, ...] = ()
        self.numbers: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.column_of: Ints = np.zeros((0, MISSING + 1), np.int64)
        self.taken = 1
        self._placed: tuple[tuple[str, ...], int, Ints] = ((), 0, np.zeros(0, np.int64))

    def declare(self, attributes: Iterable[str], numbers: Iterable[bool]) -> None:
        """All attributes there are by now, and whether each is a number; what was said first stays."""
        known = len(self.attributes)
        self.attributes = tuple(attributes)
        new = list(numbers)[known:]
        self.numbers = np.append(self.numbers, np.array(new, np.bool_))
        self.column_of = np.append(self.column_of, np.full((len(new), MISSING + 1), NO_COLUMN, np.int64), axis=0)

    def places(self, names: tuple[str, ...]) -> Ints:
        """Where each attribute is among these; those that are not come after the last."""
        if self._placed[0] is not names or self._placed[1] != len(self.attributes):
            found = {name: place for place, name in enumerate(names)}
            places = np.array([found.get(name, len(names)) for name in self.attributes], np.int64)
            self._placed = (names, len(self.attributes), places)
        return self._placed[2]

    def padded(self, bins: bytes) -> Bins:
        """The bins of all attributes, and one more that is missing."""
        size = len(self.numbers)
        return np.frombuffer(bytearray(bins[:size].ljust(size + 1, bytes((MISSING,)))), np.uint8)

    def laid(self, bins: bytes) -> Bins:
        """The same, and a column for each of them."""
        row = self.padded(bins)
        self.taken = lay.run(row[:-1], self.numbers, self.column_of, self.taken)
        return row

    def all_laid(self, rows: Bins) -> Bins:
        """The bins of all attributes of many rows, and a column for each of them."""
        known = np.ascontiguousarray(rows[:, : len(self.numbers)])
        self.taken = lay_all.run(known, self.numbers, self.column_of, self.taken)
        return known

    def packed(self) -> Packed:
        """For a snapshot."""
        columns = packed_ints(self.column_of.reshape(-1))
        return [packed_texts(self.attributes), self.numbers.tolist(), columns, self.taken]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        attributes, numbers, columns, taken = packed
        layout = cls()
        layout.attributes, layout.numbers = tuple(unpacked_texts(attributes)), np.array(numbers, np.bool_)
        layout.column_of = np.ascontiguousarray(unpacked_ints(columns, width=MISSING + 1))
        layout.taken = taken
        return layout
