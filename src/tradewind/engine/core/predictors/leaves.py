"""The evidence of every recipient profile and of the subprofiles it was split into, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.trees import (
    ACCEPTED,
    ATTRIBUTE,
    FIELDS,
    GROUP,
    MASK,
    MICRO,
    NO_NODE,
    PARENT,
    REWARD,
    SHOWN,
    YES,
    below,
    expect,
    group_priors,
    shape,
)
from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

__all__ = ["MICRO", "NOTHING", "Evidence", "Leaves"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

EVERY_BIN = 2 ** (MISSING + 1) - 1

NO_ATTRIBUTE = ""
"""What the rows look at that are restarted."""


class Binned(Protocol):
    """The bins of a customer by attribute."""

    def get(self, name: str, default: int, /) -> int:
        """The bin of an attribute; `default` where it is not known."""


class Evidence(NamedTuple):
    """What presentations add to a leaf, each `shown` 0 or 1, `accepted` 0 or 1, and `reward` in millionths.

    What was due to the agent is not in the reward, so it may be below nothing or above one.
    """

    shown: int = 0
    accepted: int = 0
    reward: int = 0


NOTHING = Evidence()


class Leaves:
    """One root per (offer, profile), and two rows more for each split; sums per offer group.

    A row's counts are those of all that lies below it, so a root's are its profile's. `rows` has the roots,
    `attributes` a number for each attribute that a split looks at; `since` has for each row that is split the first
    entry of its root's sample that it has handed down, `versions` how often a root's tree was changed, and `free` the
    first of each two rows that were pruned. A leaf that has drifted is restarted: its first child gets everything from
    an entry on, the second nothing, and a path takes no step for that.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], int] = {}
        self.attributes: dict[str, int] = {}
        self.since: dict[int, int] = {}
        self.versions: dict[int, int] = {}
        self.free: list[int] = []
        self.size = 0
        self.table: Counts = np.zeros((16, FIELDS), np.int64)
        self.group_rows: dict[str, int] = {}
        self.groups: Counts = np.zeros((0, 2), np.int64)
        self._names: tuple[str, ...] = ()
        self._places: Counts = np.zeros(0, np.int64)
        self._columns: tuple[tuple[str, ...], Counts] = ((), np.zeros(0, np.int64))
        self._look_through()

    @property
    def shown(self) -> Counts:
        """How often each row's offer was shown."""
        return self.table[:, SHOWN]

    @property
    def accepted(self) -> Counts:
        """How often it was accepted."""
        return self.table[:, ACCEPTED]

    @property
    def reward(self) -> Counts:
        """The sum of the rewards without what was due to agents, in millionths."""
        return self.table[:, REWARD]

    @property
    def group_shown(self) -> Counts:
        """How often the offers of each group were shown."""
        return self.groups[:, 0]

    @property
    def group_reward(self) -> Counts:
        """The sum of their rewards without what was due to agents, in millionths."""
        return self.groups[:, 1]

    def plant(self, leaves: Iterable[tuple[str, str, str]]) -> Rows:
        """The roots of (offer, profile, group), made where they are new; a tree follows its offer's group."""
        rows = []
        for offer, profile, group in leaves:
            row = self.rows.get((offer, profile))
            if row is None:
                row = self.rows[offer, profile] = self._row(NO_NODE)
            self.table[row, GROUP] = self.group_rows.setdefault(group, len(self.group_rows))
            rows.append(row)
        self._sum_groups()
        return np.array(rows, np.intp)

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

    def name_of(self, root: int) -> tuple[str, str]:
        """The offer and the profile of a root."""
        return next(name for name, row in self.rows.items() if row == root)

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

    def version(self, root: int) -> int:
        """How often the tree of a root was changed."""
        return self.versions.get(root, 0)

    def splits_to(self, row: int) -> list[tuple[str, int]]:
        """The attributes and the bins that lead from the root to a row, the root's first."""
        names, found = list(self.attributes), []
        while (above := int(self.table[row, PARENT])) != NO_NODE:
            mask = int(self.table[above, MASK])
            mask = mask if row == self.table[above, YES] else EVERY_BIN & ~mask
            found.append((names[self.table[above, ATTRIBUTE]], mask))
            row = above
        return found[::-1]

    def places(self, names: tuple[str, ...]) -> Counts:
        """Where each attribute that a split looks at is among these; those that are not come after the last."""
        if self._names is not names or len(self._places) != len(self.attributes):
            found = {name: place for place, name in enumerate(names)}
            self._places = np.array([found.get(name, len(names)) for name in self.attributes], np.int64)
            self._names = names
        return self._places

    def prior(self, root: int) -> float:
        """What the group of a root says before there is evidence."""
        return float(group_priors(self.groups)[self.table[root, GROUP]])

    def expected(self, row: int, names: tuple[str, ...], bins: NDArray[np.uint8]) -> float:
        """The mean of the leaf below a root for the bins of these attributes, behind which one more is missing."""
        if self._columns[0] is not names or len(self._columns[1]) != len(self.attributes):
            found = {name: column for column, name in enumerate(names)}
            self._columns = names, np.array([found.get(name, len(names)) for name in self.attributes], np.int64)
        return expect.run(self.table, self.groups, self._columns[1], bins, row)

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

    def change(self, row: int, old: Evidence, new: Evidence) -> None:
        """Replace what presentations had added by what they add now, in the row and all above it."""
        shown, accepted, reward = new.shown - old.shown, new.accepted - old.accepted, new.reward - old.reward
        cells, sums = self._cells, self._sums
        while True:
            start = row * FIELDS
            cells[start + SHOWN] += shown
            cells[start + ACCEPTED] += accepted
            cells[start + REWARD] += reward
            row = cells[start + PARENT]
            if row == NO_NODE:
                break
        group = 2 * cells[start + GROUP]
        sums[group] += shown
        sums[group + 1] += reward

    def start(self, row: int, evidence: Evidence) -> None:
        """What a new child begins with: its parent has counted it before."""
        self.table[row, (SHOWN, ACCEPTED, REWARD)] = evidence

    def posterior(self, rows: Rows) -> tuple[Floats, Floats]:
        """Beta(alpha, beta) of the propensity of each row, shrunk to what lies above it."""
        priors = group_priors(self.groups)
        shapes = [self._shape(int(row), priors) for row in rows]
        alpha, beta = np.array(shapes, np.float64).reshape(-1, 2).T
        return alpha, beta

    def listed(self) -> list[tuple[Any, ...]]:
        """Every tree as (offer, profile, group, shown, accepted, reward, and its split if any), sorted.

        A split is (attribute, mask, both children as (shown, accepted, reward, and its split if any)): all that
        digests cover.
        """
        groups, attributes = list(self.group_rows), list(self.attributes)
        return [
            (offer, profile, groups[self.table[row, GROUP]], *self._listed(row, attributes))
            for (offer, profile), row in sorted(self.rows.items())
        ]

    def packed(self) -> Packed:
        """For a snapshot."""
        return [
            packed_texts(offer for offer, _ in self.rows),
            packed_texts(profile for _, profile in self.rows),
            packed_ints(list(self.rows.values())),
            packed_texts(self.group_rows),
            packed_texts(self.attributes),
            packed_ints(self.table[: self.size]),
            *(packed_ints(list(column)) for part in (self.since, self.versions) for column in (part, part.values())),
            packed_ints(self.free),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        leaves = cls()
        offers, profiles, roots, groups, attributes, table, *structure = packed
        keys = zip(unpacked_texts(offers), unpacked_texts(profiles), strict=True)
        leaves.rows = dict(zip(keys, unpacked_ints(roots).tolist(), strict=True))
        leaves.group_rows = {group: row for row, group in enumerate(unpacked_texts(groups))}
        leaves.attributes = {name: number for number, name in enumerate(unpacked_texts(attributes))}
        rows = unpacked_ints(table, width=FIELDS)
        split, since, changed, versions, free = (unpacked_ints(column).tolist() for column in structure)
        leaves.since = dict(zip(split, since, strict=True))
        leaves.versions = dict(zip(changed, versions, strict=True))
        leaves.free = free
        leaves.size = len(rows)
        leaves.table = np.concatenate((rows, np.zeros((max(16, leaves.size), FIELDS), np.int64)))
        leaves._sum_groups()
        return leaves

    def structure(self) -> list[object]:
        """What a later change of a tree follows from besides: for the state's digest."""
        return [sorted(self.since.items()), sorted(self.versions.items()), self.free]

    def _listed(self, row: int, attributes: list[str]) -> Iterator[object]:
        shown, accepted, reward = (int(self.table[row, field]) for field in (SHOWN, ACCEPTED, REWARD))
        yield from (shown, accepted, reward)
        if (yes := int(self.table[row, YES])) != NO_NODE:
            children = (tuple(self._listed(child, attributes)) for child in (yes, yes + 1))
            yield (attributes[self.table[row, ATTRIBUTE]], int(self.table[row, MASK]), *children)

    def _shape(self, row: int, priors: Floats) -> tuple[float, float]:
        path = [row]
        while (above := int(self.table[path[-1], PARENT])) != NO_NODE:
            path.append(above)
        prior = float(priors[self.table[path[-1], GROUP]])
        for each in path[:0:-1]:
            prior = below(self.table, each, prior)
        return shape(self.table, row, prior)

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

    def _sum_groups(self) -> None:
        roots = np.array(list(self.rows.values()), np.intp)
        self.groups = np.zeros((len(self.group_rows), 2), np.int64)
        np.add.at(self.groups, self.table[roots, GROUP], self.table[roots][:, (SHOWN, REWARD)])
        self._look_through()

    def _look_through(self) -> None:
        """The same memory as plain numbers, one row behind the other: counting up costs a third of it in an array."""
        self._cells, self._sums = memoryview(self.table.reshape(-1)), memoryview(self.groups.reshape(-1))
