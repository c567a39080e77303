"""Which responses a scorer holds, and where: marks at the entries of the samples that its roots retain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Self

from tradewind.engine.core.packing import Packed, packed_ints, unpacked_ints

REMEMBERED: Final = 50
"""Responses before a drift was noticed from which trees are grown behind it."""


class Marks:
    """By root (offer, profile), each an entry of the root's sample.

    `since` has the first one that is learnt from, and after a drift `taken_in` the first one that the linear part has
    taken in and `fresh` the first one that trees are grown from; `newest` is the last one that was learnt. The trees
    hold those from `grown_from` to before `grown_to`, and those from `folded` on. Entries before `begun` came before
    the scorer, `widths` attributes wide.
    """

    def __init__(self) -> None:
        self.since: dict[int, int] = {}
        self.fresh: dict[int, int] = {}
        self.taken_in: dict[int, int] = {}
        self.newest: dict[int, int] = {}
        self.grown_from: dict[int, int] = {}
        self.grown_to: dict[int, int] = {}
        self.folded: dict[int, int] = {}
        self.begun: dict[int, int] = {}
        self.widths: dict[int, int] = {}

    @property
    def parts(self) -> tuple[dict[int, int], ...]:
        """All of them, in the order of digests and snapshots."""
        return (
            self.since, self.fresh, self.taken_in, self.newest, self.grown_from, self.grown_to, self.folded,
            self.begun, self.widths,
        )  # fmt: skip

    def begin(self, root: int, *, since: int, taken_in: int, end: int, width: int) -> None:
        """A root's entries before `end` came before the scorer, all as wide as the widest of them.

        Those from `since` on may be in its trees, those from `taken_in` on are in its linear part.
        """
        self.since[root], self.taken_in[root], self.newest[root] = since, taken_in, end - 1
        self.begun[root], self.widths[root] = end, width

    def is_learnt_from(self, root: int, entry: int) -> bool:
        """Whether an entry is one that the scorer learns from."""
        return entry >= self.since.get(root, entry + 1)

    def width(self, root: int, entry: int, *, now: int) -> int:
        """How many attributes an entry knows: those that there are `now`, unless it came before the scorer."""
        return self.widths[root] if entry < self.begun.get(root, 0) else now

    def learn(self, root: int, entry: int) -> None:
        """An entry was learnt."""
        self.newest[root] = max(entry, self.newest.get(root, -1))

    def is_taken_in(self, root: int, entry: int) -> bool:
        """Whether the linear part has taken an entry in."""
        return entry >= self.taken_in.get(root, 0)

    def is_in_trees(self, root: int, entry: int) -> bool:
        """Whether the trees were grown from an entry, or have taken it in since."""
        if entry >= self.folded.get(root, 0):
            return True
        return self.grown_from.get(root, 0) <= entry < self.grown_to.get(root, 0)

    def grow(self, roots: Sequence[int], entries: Iterable[tuple[int, int]]) -> None:
        """New trees hold these entries of the roots, from and to before; roots may have come since."""
        known = dict(zip(roots, entries, strict=False))
        for root in roots:
            self.grown_from[root], self.grown_to[root] = known.get(root, (0, 0))
            self.folded[root] = self.newest.get(root, -1) + 1

    def begin_again(self, root: int, *, has_newest: bool = False, remembered: int = REMEMBERED) -> None:
        """Behind a drift A⁻¹ has the newest response at most; trees are to be grown from the newest ones."""
        self.taken_in[root] = self.newest.get(root, -1) + (not has_newest)
        self.fresh[root] = max(self.taken_in[root] - remembered, self.fresh.get(root, 0))

    def packed(self) -> Packed:
        """For a snapshot."""
        return [packed_ints(list(column)) for part in self.parts for column in (part, part.values())]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        marks, kept = cls(), [unpacked_ints(column).tolist() for column in packed]
        for part, keys, values in zip(marks.parts, kept[::2], kept[1::2], strict=True):
            part.update(zip(keys, values, strict=True))
        return marks
