"""What each root keeps of its newest responses, so that a split can send them to the children.

Bounded: a root keeps at most `KEPT` entries of one byte for each attribute, four for the reward and one for what it
counts as. With 30 attributes that is 70 kB, so 7 MB for a hundred profiles; roots with few responses take less.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from struct import Struct
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.packing import Packed, packed_blobs, packed_ints, unpacked_blobs, unpacked_ints
from tradewind.engine.core.predictors.evidence import Evidence

KEPT = 2_000
"""Entries of a root. What a split hands down follows from it, so it is part of the fold's version, no setting."""

_WORD = "<i4"


class Retained(NamedTuple):
    """A root's entries, the oldest first: bins (entries, attributes), and counts of each entry."""

    bins: NDArray[np.uint8]
    shown: NDArray[np.int64]
    accepted: NDArray[np.int64]
    reward: NDArray[np.int64]


class Sample:
    """The newest entries of one root in a ring; entries are numbered from zero on, for ever."""

    __slots__ = ("_put", "bins", "count", "kept", "kinds", "rewards", "width")

    def __init__(self, kept: int, width: int) -> None:
        self.kept = kept
        self.width = width
        self._put = Struct(f"{width}s").pack_into  # assigning to a slice copies what is assigned first
        self.count = 0
        self.bins = bytearray()
        self.rewards = array("i")
        self.kinds = bytearray()

    @property
    def first(self) -> int:
        """The oldest entry that was not pushed out."""
        return max(0, self.count - self.kept)

    def add(self, row: bytes, evidence: Evidence) -> int:
        """Keep a response, in place of the oldest where there is no room; its number."""
        if len(row) != self.width:
            row = self._fitting(row)
        entry, width = self.count, self.width
        if entry < self.kept:
            self.bins += row
            self.rewards.append(evidence.reward)
            self.kinds.append(evidence.shown + 2 * evidence.accepted)
        else:
            slot = entry % self.kept
            self._put(self.bins, slot * width, row)
            self.rewards[slot] = evidence.reward
            self.kinds[slot] = evidence.shown + 2 * evidence.accepted
        self.count = entry + 1
        return entry

    def rewrite(self, entry: int, evidence: Evidence) -> None:
        """Replace what an entry counts as; nothing happens once it was pushed out."""
        if entry >= self.first:
            self.rewards[entry % self.kept] = evidence.reward
            self.kinds[entry % self.kept] = evidence.shown + 2 * evidence.accepted

    def find(self, row: bytes, evidence: Evidence) -> int:
        """The newest entry with these bins that counts as this; -1 where there is none."""
        row, width, kind = self._fitting(row), self.width, evidence.shown + 2 * evidence.accepted
        for entry in range(self.count - 1, self.first - 1, -1):
            slot = entry % self.kept
            if self.bins[slot * width : (slot + 1) * width] != row:
                continue
            if self.kinds[slot] == kind and self.rewards[slot] == evidence.reward:
                return entry
        return -1

    def retained(self, width: int) -> Retained:
        """A copy, with so many attributes."""
        order = np.arange(self.first, self.count) % self.kept
        bins = np.full((len(order), width), MISSING, np.uint8)
        bins[:, : self.width] = np.frombuffer(bytes(self.bins), np.uint8).reshape(len(order), self.width)[order]
        kinds = np.frombuffer(bytes(self.kinds), np.uint8)[order].astype(np.int64)
        rewards = np.frombuffer(self.rewards.tobytes(), np.int32)[order].astype(np.int64)
        return Retained(bins, kinds & 1, kinds >> 1, rewards)

    def digest(self) -> str:
        """SHA-256 over all entries as they lie, bins, rewards and kinds."""
        return sha256(b"".join((self.bins, self._rewards(), self.kinds))).hexdigest()

    def packed(self) -> Packed:
        """For a snapshot."""
        return [self.count, self.width, bytes(self.bins), self._rewards(), bytes(self.kinds)]

    @classmethod
    def unpacked(cls, kept: int, packed: Packed) -> Self:
        """From a snapshot."""
        count, width, bins, rewards, kinds = packed
        sample = cls(kept, width)
        sample.count = count
        sample.bins, sample.kinds = bytearray(bins), bytearray(kinds)
        sample.rewards = array("i", np.frombuffer(rewards, _WORD).tolist())
        return sample

    def _rewards(self) -> bytes:
        return np.array(self.rewards, _WORD).tobytes()

    def _fitting(self, row: bytes) -> bytes:
        """The row as wide as all others, which grow where it is wider."""
        if len(row) > self.width:
            entries = len(self.kinds)
            wider = np.full((entries, len(row)), MISSING, np.uint8)
            wider[:, : self.width] = np.frombuffer(bytes(self.bins), np.uint8).reshape(entries, self.width)
            self.bins, self.width = bytearray(wider.tobytes()), len(row)
            self._put = Struct(f"{self.width}s").pack_into
        return row.ljust(self.width, bytes((MISSING,)))


class Row(NamedTuple):
    """The bins of one presentation by the attributes' names."""

    columns: Mapping[str, int]
    bins: bytes

    def get(self, name: str, default: int) -> int:
        """The bin of an attribute; `default` where it was not known."""
        column = self.columns.get(name, len(self.bins))
        return self.bins[column] if column < len(self.bins) else default


class Samples:
    """The samples of all roots; `columns` numbers the attributes in the order in which history first had them."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self.columns: dict[str, int] = {}
        self.roots: dict[int, Sample] = {}
        self._names: tuple[str, ...] = ()

    def declare(self, names: Iterable[str]) -> list[str]:
        """Number attributes before anybody was shown anything with them; all that have a number, in its order."""
        for name in names:
            self.columns.setdefault(name, len(self.columns))
        self._names = tuple(self.columns)
        return list(self.columns)

    def binned(self, bins: Mapping[str, int]) -> bytes:
        """The bins of a presentation as a row: one byte for each attribute."""
        if tuple(bins) == self._names:
            return bytes(bins.values())
        for name in bins:
            self.columns.setdefault(name, len(self.columns))
        if len(self._names) != len(self.columns):
            self._names = tuple(self.columns)
        row = bytearray((MISSING,)) * len(self.columns)
        for name, at in bins.items():
            row[self.columns[name]] = at
        return bytes(row)

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes in the order of their numbers."""
        return self._names

    def row(self, bins: bytes) -> Row:
        """The same by name again."""
        return Row(self.columns, bins)

    def add(self, root: int, bins: bytes, evidence: Evidence) -> int:
        """Keep a response of a root; the number of its entry there."""
        sample = self.roots.get(root)
        if sample is None:
            sample = self.roots[root] = Sample(self.kept, len(bins))
        return sample.add(bins, evidence)

    def rewrite(self, root: int, entry: int, evidence: Evidence) -> None:
        """Replace what an entry of a root counts as."""
        self.roots[root].rewrite(entry, evidence)

    def first(self, root: int) -> int:
        """The oldest entry of a root that was not pushed out."""
        sample = self.roots.get(root)
        return sample.first if sample else 0

    def find(self, root: int, bins: bytes, evidence: Evidence) -> int:
        """The newest entry of a root with these bins that counts as this; -1 where it was pushed out."""
        sample = self.roots.get(root)
        return sample.find(bins, evidence) if sample else -1

    def width(self, root: int) -> int:
        """How many attributes the entries of a root have."""
        sample = self.roots.get(root)
        return sample.width if sample else 0

    def count(self, root: int) -> int:
        """How many entries a root has had."""
        sample = self.roots.get(root)
        return sample.count if sample else 0

    def retained(self, root: int) -> Retained:
        """A copy of what a root keeps, a column for each of `columns`."""
        sample = self.roots.get(root) or Sample(self.kept, 0)
        return sample.retained(len(self.columns))

    def always_known(self, root: int) -> frozenset[str]:
        """The attributes that were known of everybody whose response a root retains."""
        known = (self.retained(root).bins != MISSING).all(axis=0)
        return frozenset(name for name, column in self.columns.items() if known[column])

    def listed(self) -> Iterator[object]:
        """What the state's digest covers."""
        yield list(self.columns)
        for root, sample in sorted(self.roots.items()):
            yield [root, sample.count, sample.width, sample.digest()]

    def packed(self) -> Packed:
        """For a snapshot."""
        numbers = [(root, sample.count, sample.width) for root, sample in self.roots.items()]
        parts = [sample.packed()[2:] for sample in self.roots.values()]
        blobs = [packed_blobs(column) for column in zip(*parts, strict=True)]
        return [self.kept, list(self.columns), packed_ints(np.array(numbers, np.int64).reshape(-1)), blobs]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        kept, columns, numbers, blobs = packed
        samples = cls(kept)
        samples.columns = {name: column for column, name in enumerate(columns)}
        samples._names = tuple(columns)
        parts = [unpacked_blobs(each) for each in blobs] or [[], [], []]
        rows = unpacked_ints(numbers, width=3).tolist()
        for (root, count, width), bins, rewards, kinds in zip(rows, *parts, strict=True):
            samples.roots[root] = Sample.unpacked(kept, [count, width, bins, rewards, kinds])
        return samples
