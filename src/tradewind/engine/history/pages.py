"""Which positions a page of a history's file holds: asked only once a page was found to be damaged.

A reading of SQLite's b-trees for one table and the index over its ids. Layout: "B-tree Pages" and "Record
Format", sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_INDEX_NODE, _TABLE_NODE, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_INTEGER_BYTES: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}

type Span = tuple[int, int]
"""The first and the last position."""


class Unreadable(ValueError):  # noqa: N818 - a finding, named for what it is
    """The trees around the page cannot be followed."""


@dataclass(frozen=True, slots=True)
class Trees:
    """The pages of one history: `read` gives one by its number, `head` is the last position."""

    read: Callable[[int], bytes]
    table: int
    index: int
    head: int

    def span(self, wanted: int) -> Span | None:
        """The positions that a page holds or leads to; None where it belongs to no row and to no id."""
        try:
            return self._in_table(wanted) or self._in_index(wanted)
        except (Unreadable, IndexError, struct.error, RecursionError):
            return None

    def _in_table(self, wanted: int) -> Span | None:
        waiting = [(self.table, 1, self.head)]
        while waiting:
            number, first, last = waiting.pop()
            if number == wanted:
                return first, last
            page = _Page(self.read(number), number)
            if page.kind == _TABLE_NODE:
                waiting.extend(_children(page, first, last))
                continue
            for cell in page.cells():
                size, key = _varint(page.raw, cell)
                position, payload = _varint(page.raw, key)
                if wanted in self._chain(page, payload, size):
                    return position, position
        return None

    def _in_index(self, wanted: int) -> Span | None:
        waiting = [self.index]
        while waiting:
            number = waiting.pop()
            page = _Page(self.read(number), number)
            positions = []
            child = 4 if page.kind == _INDEX_NODE else 0
            for cell in page.cells():
                if child:
                    waiting.append(int.from_bytes(page.raw[cell : cell + child], "big"))
                size, payload = _varint(page.raw, cell + child)
                chain = list(self._chain(page, payload, size))
                positions.append(_last_integer(self._payload(page, payload, size, chain)))
                if wanted in chain:
                    return positions[-1], positions[-1]
            if number == wanted:
                return min(positions), max(positions)
            if page.kind == _INDEX_NODE:
                waiting.append(page.rightmost)
        return None

    def _chain(self, page: _Page, at: int, size: int) -> Iterator[int]:
        """The overflow pages of a cell whose payload starts at `at`."""
        local = page.local(size)
        if local == size:
            return
        number = int.from_bytes(page.raw[at + local : at + local + 4], "big")
        while number:
            yield number
            number = int.from_bytes(self.read(number)[:4], "big")

    def _payload(self, page: _Page, at: int, size: int, chain: list[int]) -> bytes:
        whole = page.raw[at : at + page.local(size)] + b"".join(self.read(number)[4:] for number in chain)
        return whole[:size]


@dataclass(frozen=True, slots=True)
class _Page:
    raw: bytes
    number: int

    @property
    def start(self) -> int:
        return 100 if self.number == 1 else 0

    @property
    def kind(self) -> int:
        return self.raw[self.start]

    @property
    def rightmost(self) -> int:
        return int.from_bytes(self.raw[self.start + 8 : self.start + 12], "big")

    def cells(self) -> list[int]:
        """Where each cell starts, in order of its key."""
        if self.kind not in (_INDEX_NODE, _TABLE_NODE, _INDEX_LEAF, _TABLE_LEAF):
            raise Unreadable(f"page {self.number} is not part of a tree")
        first = self.start + (12 if self.kind in (_INDEX_NODE, _TABLE_NODE) else 8)
        count = int.from_bytes(self.raw[self.start + 3 : self.start + 5], "big")
        return list(struct.unpack_from(f">{count}H", self.raw, first))

    def local(self, size: int) -> int:
        """How much of a payload lies on this page; the rest is in overflow pages."""
        usable = len(self.raw)
        most = usable - 35 if self.kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (usable - 12) * 32 // 255 - 23
        kept = least + (size - least) % (usable - 4)
        return kept if kept <= most else least


def _children(page: _Page, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """The pages below a node of the table and the positions that each may hold."""
    for at in page.cells():
        child = int.from_bytes(page.raw[at : at + 4], "big")
        key, _ = _varint(page.raw, at + 4)
        yield child, first, key
        first = key + 1
    yield page.rightmost, first, last


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """A SQLite varint and where it ends."""
    value = 0
    for step in range(8):
        value = value << 7 | raw[at + step] & 0x7F
        if raw[at + step] < 0x80:
            return value, at + step + 1
    return value << 8 | raw[at + 8], at + 9


def _last_integer(record: bytes) -> int:
    """The last column of a record: in an index, the position of its row."""
    header, at = _varint(record, 0)
    kinds = []
    while at < header:
        kind, at = _varint(record, at)
        kinds.append(kind)
    if not kinds or kinds[-1] not in _INTEGER_BYTES:
        raise Unreadable("an entry of the index has no position")
    if kinds[-1] in (8, 9):
        return kinds[-1] - 8
    width = _INTEGER_BYTES[kinds[-1]]
    return int.from_bytes(record[len(record) - width :], "big", signed=True)
