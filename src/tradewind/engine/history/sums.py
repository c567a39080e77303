"""Sums of a history's pages, kept beside it: what every byte was when the engine wrote it, used or not.

The chain covers rows; an index, a page's unused end, the file's header and the write-ahead log lie outside it.
So the writer keeps a second file: in its first sector how far it has acknowledged (position, chain, and the
frames of the write-ahead log), then 16 bytes per page of the history's file. Invariants: the first sector is
written after each commit and before the answer, so it is never ahead of what is durable; a page's sum is on
the disk before the write-ahead log that holds the same page may start again, so that at any instant a page
fits its sum or the log holds it.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tradewind.engine.history.hashes import SUM, sum_of
from tradewind.engine.history.table import GENESIS
from tradewind.engine.history.wal import FRAME, HEADER, WalHeader, header_in, wal_of
from tradewind.engine.history.whole_files import put

SECTOR: Final = 512
UNKNOWN: Final = bytes(SUM)
_LAYOUT = struct.Struct(">8sIQ32s8sQ")
_MAGIC: Final = b"TWSUMS1\n"
_INDEX = struct.Struct("=16xI12x8s")
"""The start of SQLite's index of the log ("WAL-Index Header", sqlite.org/walformat.html): frames, and the salt."""
_SQLITE_HEADER: Final = 100
_READ_AT_ONCE: Final = 1000
"""Frames of the log."""
_NEAR: Final = 512
"""Pages."""
_LOOK: Final = 40
"""Frames that are summed ahead at once: a commit that comes meanwhile waits for some hundred microseconds."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How far the history had got: its last position and chain, and the frames in its write-ahead log."""

    head: int
    chain: bytes
    salt: bytes = bytes(8)
    frames: int = 0


class BrokenSums(ValueError):  # noqa: N818 - a finding, named for what it is
    """The file of sums was itself changed."""


def sums_of(path: Path) -> Path:
    """The file of sums beside a history."""
    return path.with_name(path.name + ".sums")


class PageSums:
    """The writer's side: used from the history's writer thread alone, while SQLite has the history open.

    What SQLite says of its log is read from the index that it shares between processes. No file that SQLite locks
    may be closed before SQLite has closed it: that would let go of its locks.
    """

    def __init__(self, path: Path, page_size: int) -> None:
        self._page_size = page_size
        self._summed = self._seen = (bytes(8), 0)
        self._ahead: dict[int, bytes] = {}
        self._file = os.open(sums_of(path), os.O_RDWR | os.O_CLOEXEC)
        self._log = os.open(wal_of(path), os.O_RDONLY | os.O_CLOEXEC)
        self._shared = os.open(path.with_name(path.name + "-shm"), os.O_RDONLY | os.O_CLOEXEC)
        self._index = mmap.mmap(self._shared, _INDEX.size, access=mmap.ACCESS_READ)

    @property
    def unsummed(self) -> int:
        """The frames of the log whose pages have no sum yet."""
        frames, salt = self._now()
        return frames - _first(self._summed, salt)

    @property
    def is_behind(self) -> bool:
        """Whether the log has frames that were not looked at yet."""
        frames, salt = self._now()
        return frames > _first(self._seen, salt)

    def look_ahead(self, *, most: int = _LOOK) -> None:
        """Sum some pages of the log while nobody waits for it, so that `take` need not; a newer frame counts again."""
        frames, salt = self._now()
        first = _first(self._seen, salt)
        last = min(first + most, frames)
        latest = dict(self._pages(first, last))
        self._ahead.update({number: sum_of(page) for number, page in latest.items()})
        self._seen = (salt, last)

    def acknowledge(self, head: int, chain: bytes) -> None:
        """Note what has become durable; not itself flushed, since an older note is true as well."""
        frames, salt = self._now()
        os.pwrite(self._file, packed(self._page_size, Acknowledged(head, chain, salt, frames)), 0)

    def take(self) -> None:
        """Sum the pages in the log, all of which are in the history's file by now; durable then."""
        self.look_ahead(most=self._now()[0])
        for sums in _near(sorted(self._ahead.items())):
            self._put(sums)
        os.fsync(self._file)
        self._summed, self._ahead = self._seen, {}

    def close(self) -> None:
        self._index.close()
        for descriptor in (self._file, self._log, self._shared):
            os.close(descriptor)

    def _put(self, sums: Sequence[tuple[int, bytes]]) -> None:
        """Write sums of pages that lie near each other, and again what lies between them: a call costs more."""
        first, last = sums[0][0], sums[-1][0]
        at, count = SECTOR + (first - 1) * SUM, last - first + 1
        held = bytearray(b"" if count == len(sums) else os.pread(self._file, count * SUM, at)).ljust(count * SUM, b"\0")
        for number, each in sums:
            held[(number - first) * SUM : (number - first + 1) * SUM] = each
        os.pwrite(self._file, bytes(held), at)

    def _now(self) -> tuple[int, bytes]:
        """How many frames the log holds, and its salt."""
        frames, salt = _INDEX.unpack_from(self._index)
        return frames, salt

    def _pages(self, first: int, last: int) -> Iterator[tuple[int, memoryview]]:
        size = FRAME + self._page_size
        for start in range(first, last, _READ_AT_ONCE):
            raw = memoryview(
                os.pread(self._log, (min(start + _READ_AT_ONCE, last) - start) * size, HEADER + start * size)
            )
            for at in range(0, len(raw), size):
                yield int.from_bytes(raw[at : at + 4], "big"), raw[at + FRAME : at + size]


def _first(done: tuple[bytes, int], salt: bytes) -> int:
    """The first frame of the log with this salt that is not done, where `done` was told of one log."""
    return done[1] if done[0] == salt else 0


def _near(sums: Sequence[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
    """These, sorted by their pages, cut where many pages lie between two."""
    start = 0
    for place in range(1, len(sums) + 1):
        if place == len(sums) or sums[place][0] - sums[place - 1][0] > _NEAR:
            yield sums[start:place]
            start = place


@dataclass(frozen=True, slots=True)
class Sums:
    """The reader's side: what was acknowledged, and the sums of the pages, one behind the other."""

    page_size: int
    acknowledged: Acknowledged
    pages: bytes

    def of(self, page: int) -> bytes:
        """The sum of a page by its number, from 1; `UNKNOWN` where the engine has not written it yet."""
        return self.pages[(page - 1) * SUM : page * SUM] or UNKNOWN


def read_sums(path: Path) -> Sums | None:
    """The sums of the history at `path`, None where it has none (a copy, or one written by an earlier version).

    Raises:
        BrokenSums: they are damaged.
    """
    try:
        raw = sums_of(path).read_bytes()
    except FileNotFoundError:
        return None
    page_size, acknowledged = unpacked(raw[:SECTOR])
    return Sums(page_size, acknowledged, raw[SECTOR:])


def packed(page_size: int, at: Acknowledged) -> bytes:
    """The first sector: the note, zeros, and a sum over both."""
    note = _LAYOUT.pack(_MAGIC, page_size, at.head, at.chain, at.salt, at.frames)
    note += bytes(SECTOR - SUM - len(note))
    return note + sum_of(note)


def unpacked(sector: bytes) -> tuple[int, Acknowledged]:
    """The inverse of `packed`: page size and note. Raises BrokenSums."""
    if len(sector) != SECTOR or sum_of(sector[:-SUM]) != sector[-SUM:]:
        raise BrokenSums("the first sector of the sums does not fit its own sum")
    magic, page_size, head, chain, salt, frames = _LAYOUT.unpack_from(sector)
    if magic != _MAGIC:
        raise BrokenSums("the sums are of another format")
    return page_size, Acknowledged(head, chain, salt, frames)


def wal_header(path: Path) -> WalHeader | None:
    """The header of the write-ahead log of the history at `path`, None where it is empty. Raises BrokenWal."""
    try:
        with wal_of(path).open("rb") as file:
            return header_in(file.read(HEADER))
    except FileNotFoundError:
        return None


def adopt(path: Path) -> Sums | None:
    """Take the pages of a history from before the sums as they are; None where there is no such file.

    To be called before SQLite opens it. A file whose making was interrupted is left for SQLite to mend.
    """
    if not path.exists() or path.with_name(path.name + "-journal").exists():
        return None
    with path.open("rb") as file:
        start = file.read(_SQLITE_HEADER)
        if len(start) < _SQLITE_HEADER:
            return None
        said = int.from_bytes(start[16:18], "big")
        page_size = 65536 if said == 1 else said
        if page_size < SECTOR:
            return None
        file.seek(0)
        _create(path, page_size, iter(lambda: file.read(page_size), b""))
    return read_sums(path)


def begin(path: Path, content: bytes, page_size: int) -> None:
    """Start the sums of a history that SQLite has just made, and has open, with this content."""
    _create(path, page_size, (content[at : at + page_size] for at in range(0, len(content), page_size)))


def _create(path: Path, page_size: int, pages: Iterable[bytes]) -> None:
    put(sums_of(path), packed(page_size, Acknowledged(0, GENESIS)) + b"".join(map(sum_of, pages)))
