"""Binary trees of rows in one table: split, pruned, restarted, and walked along the bins of a customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.trees import (
    ACCEPTED,
    ATTRIBUTE,
    FIELDS,
    MASK,
    NO_NODE,
    PARENT,
    REWARD,
    SHOWN,
    YES,
)
from tradewind.engine.core.predictors.evidence import NOTHING, Evidence

EVERY_BIN = 2 ** (MISSING + 1) - 1

NO_ATTRIBUTE = ""
"""What the rows look at that are restarted."""


class Binned(Protocol):
    """The bins of a customer by attribute."""

    def get(self, name: str, default: int, /) -> int:
        """The bin of an attribute; `default` where it is not known."""


class Trees:
    """A row for each root, and two rows more for each split; a row's counts are those of all that lies below it.

    `attributes` has a number for each attribute that a split looks at; `since` has for each row that is split the
    first entry of its root's sample that it has handed down, and `free` the first of each two rows that were pruned. A
    leaf that has drifted is restarted: its first child gets everything from an entry on, the second nothing, and a
    path takes no step for that.
    """

    def __init__(self) -> None:
        self.attributes: dict[str, int] = {}
        self.since: dict[int, int] = {}
        self.free: list[int] = []
        self.size = 0
        self.table: NDArray[np.int64] = np.zeros((16, FIELDS), np.int64)
        self._look_through()

    def split(self, row: int, attribute: str, mask: int, *, since: int = 0) -> tuple[int, int]:
        """Split a leaf in two by the bins of an attribute; the rows of the two, which start from its posterior.

        Args:
            row: a leaf.
            attribute: the full name of a predictive attribute.
            mask: the first child gets the bins whose bit is set (bit 16: the attribute is missing), the second
                child the others; neither may be empty.
            since: the first entry of the root's sample that goes down to a child; what the row has of older ones
                stays with it.

        Raises:
            ValueError: the row is split already, or a child would get nothing.
        """
        if self.table[row, YES] != NO_NODE or not 0 < mask < EVERY_BIN:
            raise ValueError(f"row {row} cannot be split by {mask:#x} of {attribute}")
        yes = self._two_rows(row)
        self.since[row] = since
        self.table[row, ATTRIBUTE] = self.attributes.setdefault(attribute, len(self.attributes))
        self.table[row, MASK] = mask
        self.table[row, YES] = yes
        return yes, yes + 1

    def restart(self, row: int, *, since: int) -> int:
        """Have a leaf count again from an entry on, starting from its posterior; the row that does, which is empty."""
        above = int(self.table[row, PARENT])
        if above != NO_NODE and self.is_restarted(above):
            self.since[above] = since
        else:
            above, row = row, self._two_rows(row)
            self.since[above] = since
            self.table[above, ATTRIBUTE] = self.attributes.setdefault(NO_ATTRIBUTE, len(self.attributes))
            self.table[above, MASK] = EVERY_BIN
            self.table[above, YES] = row
        self.start(row, NOTHING)
        return row

    def is_restarted(self, row: int) -> bool:
        """Whether a row's first child counts in its place."""
        return bool(self.table[row, MASK] == EVERY_BIN)

    def current(self, row: int) -> int:
        """The row itself, or the one that counts in its place."""
        return int(self.table[row, YES]) if self.is_restarted(row) else row

    def prune(self, row: int) -> None:
        """Make a row a leaf again; its counts have those of all below it already.

        Raises:
            ValueError: the row is not split.
        """
        yes = int(self.table[row, YES])
        if yes == NO_NODE:
            raise ValueError(f"row {row} is not split")
        for child in (yes, yes + 1):
            if self.table[child, YES] != NO_NODE:
                self.prune(child)
        self.table[yes : yes + 2] = 0
        self.free.append(yes)
        self.table[row, ATTRIBUTE] = self.table[row, MASK] = 0
        self.table[row, YES] = NO_NODE
        del self.since[row]

    def start(self, row: int, evidence: Evidence) -> None:
        """What a new child begins with: its parent has counted it before."""
        self.table[row, (SHOWN, ACCEPTED, REWARD)] = evidence

    def at(self, root: int, path: Iterable[int]) -> int | None:
        """The row at the end of a path from a root, 0 for the first child and 1 for the second; None off the tree."""
        row = self.current(root)
        for step in path:
            yes = int(self.table[row, YES])
            if yes == NO_NODE or step not in (0, 1):
                return None
            row = self.current(yes + step)
        return row

    def path(self, row: int) -> tuple[int, ...]:
        """The path that leads from the root to a row."""
        steps: list[int] = []
        while (above := int(self.table[row, PARENT])) != NO_NODE:
            if not self.is_restarted(above):
                steps.append(row - int(self.table[above, YES]))
            row = above
        return tuple(reversed(steps))

    def root(self, row: int) -> int:
        """The root above a row."""
        for above in self.above(row):
            row = above
        return row

    def above(self, row: int) -> Iterator[int]:
        """The rows above a row, the nearest first."""
        while (row := int(self.table[row, PARENT])) != NO_NODE:
            yield row

    def count(self, row: int) -> int:
        """How many leaves there are at and below a row."""
        row = self.current(row)
        yes = int(self.table[row, YES])
        return 1 if yes == NO_NODE else self.count(yes) + self.count(yes + 1)

    def branches(self, row: int) -> tuple[tuple[str, int], tuple[str, int]]:
        """The attribute and the bins of the two branches of a row that is split."""
        mask = int(self.table[row, MASK])
        name = list(self.attributes)[self.table[row, ATTRIBUTE]]
        return (name, mask), (name, EVERY_BIN & ~mask)

    def counts_from(self, row: int) -> int:
        """The first entry of the root's sample that a row counts."""
        return max((self.since[above] for above in self.above(row)), default=0)

    def splits_to(self, row: int) -> list[tuple[str, int]]:
        """The attributes and the bins that lead from the root to a row, the root's first."""
        names, found = list(self.attributes), []
        while (above := int(self.table[row, PARENT])) != NO_NODE:
            mask = int(self.table[above, MASK])
            mask = mask if row == self.table[above, YES] else EVERY_BIN & ~mask
            found.append((names[self.table[above, ATTRIBUTE]], mask))
            row = above
        return found[::-1]

    def is_split(self, row: int) -> bool:
        """Whether a row is no leaf."""
        return row in self.since

    def leaf(self, row: int, bins: Binned, entry: int | None = None) -> int:
        """The leaf that decides for these bins in the tree below `row`; with `entry`, the row that has counted it.

        That is the leaf too unless the entry had been pushed out of the sample when a row on the way was split.
        """
        if not self.is_split(row):
            return row
        names = list(self.attributes)
        while (yes := int(self.table[row, YES])) != NO_NODE and (entry is None or entry >= self.since[row]):
            at = bins.get(names[self.table[row, ATTRIBUTE]], MISSING)
            row = yes if int(self.table[row, MASK]) >> at & 1 else yes + 1
        return row

    def _row(self, parent: int) -> int:
        row = self.size
        if row == len(self.table):
            self.table = np.concatenate((self.table, np.zeros_like(self.table)))
            self._look_through()
        self.table[row, PARENT] = parent
        self.table[row, YES] = NO_NODE
        self.size += 1
        return row

    def _two_rows(self, parent: int) -> int:
        """The first of two rows side by side, those pruned last if there are any."""
        if not self.free:
            row = self._row(parent)
            self._row(parent)
            return row
        row = self.free.pop()
        for each in (row, row + 1):
            self.table[each, PARENT], self.table[each, YES] = parent, NO_NODE
        return row

    def _look_through(self) -> None:
        """The same memory as plain numbers, one row behind the other: counting up costs a third of it in an array."""
        self._cells = memoryview(self.table.reshape(-1))
