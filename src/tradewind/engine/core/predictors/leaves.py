"""The evidence of every recipient profile and of the subprofiles it was split into, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.trees import (
    ACCEPTED,
    ATTRIBUTE,
    FIELDS,
    GROUP,
    LATE,
    MASK,
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
from tradewind.engine.core.predictors.evidence import Evidence
from tradewind.engine.core.predictors.trees import Trees

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_MISSING = bytes((MISSING,))
_NO_BINS = np.zeros(0, np.uint8)


class Leaves(Trees):
    """One root per (offer, profile) with its tree; sums per offer group.

    A root's counts are its profile's. `rows` has the roots, `versions` how often a root's tree was changed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[tuple[str, str], int] = {}
        self.versions: dict[int, int] = {}
        self.group_rows: dict[str, int] = {}
        self.groups: Counts = np.zeros((0, 2), np.int64)
        self._names: tuple[str, ...] = ()
        self._places: Counts = np.zeros(0, np.int64)
        self._columns: tuple[tuple[str, ...], Counts] = ((), np.zeros(0, np.int64))
        self._of_anybody: dict[int, float] = {}
        self._sum_groups()

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
        """The roots of (offer, profile, group), made where they are new; a tree follows its offer's group.

        Those that are new come late if anything has been learnt before.
        """
        rows, is_late = [], bool(self.groups[:, 0].any())
        for offer, profile, group in leaves:
            row = self.rows.get((offer, profile))
            if row is None:
                row = self.rows[offer, profile] = self._row(NO_NODE)
                self.table[row, LATE] = is_late
            self.table[row, GROUP] = self.group_rows.setdefault(group, len(self.group_rows))
            rows.append(row)
        self._sum_groups()
        return np.array(rows, np.intp)

    def uproot(self, *, roots: int, groups: int) -> None:
        """Take back the roots and groups that were planted last, so that so many are left: nothing has counted them."""
        for name in list(self.rows)[roots:]:
            self.size -= 1
            self.table[self.rows.pop(name)] = 0
        for group in list(self.group_rows)[groups:]:
            del self.group_rows[group]
        self._sum_groups()

    def come_late(self, root: int) -> None:
        """Others had been learnt from before this root was there to be shown."""
        self.table[root, LATE] = True

    def name_of(self, root: int) -> tuple[str, str]:
        """The offer and the profile of a root."""
        return next(name for name, row in self.rows.items() if row == root)

    def version(self, root: int) -> int:
        """How often the tree of a root was changed."""
        return self.versions.get(root, 0)

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

    def expected_for(self, root: int, names: tuple[str, ...], bins: bytes) -> float:
        """The same for as many bins as are known; of a root that is not split, worked out once until it changes."""
        if root in self.since:
            return self.expected(root, names, np.frombuffer(bytearray(bins.ljust(len(names) + 1, _MISSING)), np.uint8))
        found = self._of_anybody.get(root)
        if found is None:
            found = self._of_anybody[root] = self.expected(root, names, _NO_BINS)
        return found

    def change(self, row: int, old: Evidence, new: Evidence) -> None:
        """Replace what presentations had added by what they add now, in the row and all above it."""
        shown, accepted, reward = new.shown - old.shown, new.accepted - old.accepted, new.reward - old.reward
        cells, sums = self._cells, self._sums
        self._of_anybody.clear()
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
        leaves._look_through()
        leaves._sum_groups()
        return leaves

    def structure(self) -> list[object]:
        """What a later change of a tree and later decisions follow from besides: for the state's digest."""
        late = np.flatnonzero(self.table[: self.size, LATE]).tolist()
        return [sorted(self.since.items()), sorted(self.versions.items()), self.free, late]

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

    def _sum_groups(self) -> None:
        roots = np.array(list(self.rows.values()), np.intp)
        self.groups = np.zeros((len(self.group_rows), 2), np.int64)
        np.add.at(self.groups, self.table[roots, GROUP], self.table[roots][:, (SHOWN, REWARD)])
        self._sums = memoryview(self.groups.reshape(-1))
        self._of_anybody.clear()
