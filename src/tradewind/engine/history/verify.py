"""Walk a whole history and name the first position that is not as it was written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import apsw

from tradewind.engine.core.events import UnknownFact
from tradewind.engine.history.hashes import sum_of
from tradewind.engine.history.log import Stored
from tradewind.engine.history.losses import damaged_log
from tradewind.engine.history.pages import Trees, Unreadable
from tradewind.engine.history.sums import UNKNOWN, BrokenSums, Sums, read_sums
from tradewind.engine.history.table import COLUMNS, GENESIS, Row
from tradewind.engine.history.wal import frames_in, wal_of

CHUNK: Final = 2_000
"""Rows, or pages, between two chances for the writer to start its log again."""

_TRIES, _PAUSE_S = 3, 0.01
_LOCK_BYTE: Final = 1 << 30
"""SQLite never uses the page that holds this byte of the file."""

type Follower = Callable[[Stored], str | None]
type Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Verified:
    """Every byte fits: `head` is the last position, `chain` the hash over all of them (publish it elsewhere).

    `pages` counts those that were held against their sums; None where the history has no sums beside it.
    """

    head: int
    chain: str
    pages: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first position that is not as it was written, and why; `last` where a range of positions is meant."""

    position: int
    why: str
    last: int | None = None


def verify(path: Path, *, follow: Follower | None = None, progress: Progress | None = None) -> Verified | Broken:
    """Check rows, chain, index, and every byte of file and write-ahead log, used or not; and that nothing is gone.

    A writer may be at work, in another process: in the same one, closing its files would let go of SQLite's locks.
    Bytes outside the rows are checked against the sums beside the file: a copy without them is held to its rows and
    to SQLite's own check. Someone who can rewrite the files can also compute a new chain and new sums: compare
    `chain` with a copy kept elsewhere.

    Args:
        follow: is given each fact in order and may say what is wrong with it.
        progress: is told what is counted, how many are done, and of how many.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return _Walk(path, connection, follow or (lambda _: None), progress or (lambda *_: None)).run()
    finally:
        connection.close()


@dataclass(slots=True)
class _Walk:
    path: Path
    connection: apsw.Connection
    follow: Follower
    progress: Progress
    head: int = 0
    chain: bytes = GENESIS

    def run(self) -> Verified | Broken:
        try:
            sums = read_sums(self.path)
            damaged_sums = None
        except BrokenSums as error:
            sums, damaged_sums = None, str(error)
        try:
            if sums is None and damaged_sums is None and self._is_unmade():
                return Verified(0, GENESIS.hex())
            found = self._rows(sums) or self._losses(sums)
            found = found or (self._log() if sums else None) or (self._pages() if sums else None) or self._integrity()
        except (
            apsw.CorruptError,
            apsw.NotADBError,
            apsw.SQLError,
            apsw.IOError,
            TypeError,
            UnicodeDecodeError,
        ) as error:
            found = (self._pages() if sums else None) or Broken(self.head + 1, f"the file is damaged: {error}")
        if found is None and damaged_sums:
            found = self._everywhere(damaged_sums)
        return found or Verified(self.head, self.chain.hex(), self._page_count(sums) if sums else None)

    # ------------------------------------------------------------ rows

    def _is_unmade(self) -> bool:
        """Whether the engine ended before it had made its table; the sums come after it."""
        journal = self.path.with_name(self.path.name + "-journal")  # no history that is made has one
        return journal.exists() or not self.connection.execute("SELECT count(*) FROM sqlite_schema").get

    def _rows(self, sums: Sums | None) -> Broken | None:
        noted = sums.acknowledged if sums else None
        total = self.connection.execute("SELECT max(position) FROM history").get or 0
        query = f"SELECT {COLUMNS} FROM history WHERE position > ? ORDER BY position LIMIT {CHUNK}"  # noqa: S608 - constants
        while rows := self.connection.execute(query, (self.head,)).fetchall():
            for values in rows:
                row = Row.read(values)
                if why := row.wrong(self.head + 1, self.chain) or self._unfit(row):
                    return Broken(self.head + 1, why)
                self.head, self.chain = row.position, row.chain
                if noted is not None and noted.head == self.head and noted.chain != self.chain:
                    return Broken(self.head, "it is not the history that was acknowledged")
            self.progress("facts", self.head, max(total, self.head))
        return None

    def _unfit(self, row: Row) -> str | None:
        try:
            return self.follow(row.stored())
        except UnknownFact as error:
            return str(error)

    def _losses(self, sums: Sums | None) -> Broken | None:
        with self.connection:  # one view: a writer goes on
            written = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'history'").get
            there = self.connection.execute("SELECT max(position) FROM history").get
        if written is not None and written != (there or 0):
            return Broken(self.head + 1, f"positions up to {written} were written and are gone")
        if sums is not None and self.head < sums.acknowledged.head:
            lost = sums.acknowledged.head
            return Broken(self.head + 1, f"positions up to {lost} were acknowledged and are gone", lost)
        return None

    # ------------------------------------------------------------ bytes

    def _log(self) -> Broken | None:
        for _ in range(_TRIES):  # a log that starts again between two looks seems damaged, once
            sums = read_sums(self.path)
            damage = damaged_log(self.path, sums.acknowledged) if sums else None
            if sums is None or damage is None:
                return None
            span = self._trees(sums.page_size).span(damage.page) if damage.page else None
            found = Broken(span[0], damage.why, span[1]) if span else self._everywhere(damage.why)
            time.sleep(_PAUSE_S)
        return found

    def _pages(self) -> Broken | None:
        """Every page of the file: as its sum says, or as a frame of the log says that is on its way to it."""
        sums = read_sums(self.path)
        if sums is None:
            return None
        count = max(self._page_count(sums), len(sums.pages) // 16)
        for first in range(1, count + 1, CHUNK):
            with self.connection:
                self._pin()
                for number, page in _pages_of(self.path, sums.page_size, first, min(first + CHUNK, count + 1)):
                    if not self._fits(sums, number, page) and not self._fits_again(number):
                        return self._at_page(number, sums.page_size)
            self.progress("pages", min(first + CHUNK - 1, count), count)
        return None

    def _pin(self) -> None:
        """From here on the log cannot start again, so whatever it moves into the file can be found in it."""
        try:
            self.connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        except apsw.Error:
            return  # a damaged file pins nothing, and nobody can write it either

    def _fits(self, sums: Sums, number: int, page: bytes) -> bool:
        unused = number == _LOCK_BYTE // sums.page_size + 1 and sums.of(number) == UNKNOWN
        return sum_of(page) == sums.of(number) or (unused and not any(page))

    def _fits_again(self, number: int) -> bool:
        """Once more, beside a writer: between reading page and sum the page may have been written."""
        for _ in range(_TRIES):
            sums = read_sums(self.path)
            if sums is None:
                return True
            ((_, page),) = _pages_of(self.path, sums.page_size, number, number + 1)
            if self._fits(sums, number, page) or self._is_superseded(sums, number):
                return True
            time.sleep(_PAUSE_S)
        return False

    def _is_superseded(self, sums: Sums, number: int) -> bool:
        """Whether the log has a later content of the page, on its way to the file and maybe half there."""
        log = wal_of(self.path)
        held = [frame.content for frame in frames_in(log) if frame.page == number] if log.exists() else []
        return bool(held) and sum_of(held[-1]) != sums.of(number)

    def _at_page(self, number: int, page_size: int) -> Broken:
        why = f"page {number} of the file is not as it was written"
        span = self._trees(page_size).span(number)
        return Broken(span[0], why, span[1]) if span else self._everywhere(why)

    def _trees(self, page_size: int) -> Trees:
        table, index = self._roots() or (0, 0)
        latest = (
            {frame.page: frame.content for frame in frames_in(wal_of(self.path))} if wal_of(self.path).exists() else {}
        )

        def read(number: int) -> bytes:
            if number in latest:
                return latest[number]
            if number < 1:
                raise Unreadable("there is no page 0")
            ((_, page),) = _pages_of(self.path, page_size, number, number + 1)
            return page

        return Trees(read, table, index, max(self.head, 1))

    def _roots(self) -> tuple[int, int] | None:
        query = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'history' AND rootpage > 0 ORDER BY type DESC"
        try:
            table, index = (int(root) for (root,) in self.connection.execute(query).fetchall())  # type: ignore[arg-type]
        except (apsw.Error, ValueError):
            return None
        return table, index

    def _integrity(self) -> Broken | None:
        damage = self.connection.pragma("integrity_check")
        return None if damage == "ok" else self._everywhere(f"the file is damaged: {damage}")

    def _everywhere(self, why: str) -> Broken:
        """No row can be named: any position up to the last one may be hit."""
        return Broken(1, why, max(self.head, 1))

    def _page_count(self, sums: Sums) -> int:
        return self.path.stat().st_size // sums.page_size


def _pages_of(path: Path, size: int, first: int, end: int) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        file.seek((first - 1) * size)
        for number in range(first, end):
            yield number, file.read(size)
