"""A history in SQLite: positions at append, one writer thread, commits in groups, `synchronous=FULL`.

While one group is on its way to the disk the next one gathers, so a lone fact waits for nothing but its own
commit, and under load up to `GROUP` facts share one. Whoever appends much at a time may have the group handed over
later, so that the two threads change places once for all of it and not once a fact. The writer thread also moves
the write-ahead log into the file, between two commits, and keeps the sums of the pages that it moved.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from hashlib import sha256
from itertools import batched
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

import apsw

from tradewind.engine.core.events import Fact
from tradewind.engine.history.lock import WriterLock
from tradewind.engine.history.log import Appended, DuplicateId, HistoryFailed, Stored
from tradewind.engine.history.losses import damaged_log, lost_facts
from tradewind.engine.history.sums import Acknowledged, BrokenSums, PageSums, adopt, begin, read_sums
from tradewind.engine.history.table import COLUMNS, FACTS, GENESIS, SCHEMA, Row, chained, insert, stored

LATER = 16
"""Facts that wait to be handed over at most; a commit may as well begin while more are being appended."""

GROUP = 50
"""The most facts that one commit holds, unless one append alone brings more."""

CHECKPOINT = 400
"""Frames of the write-ahead log from which on it is moved into the file. Nothing is committed meanwhile, so what is
due in it waits: a thousand took longer than 99 of 100 events may take in all, and a tenth of the work was saved."""

PROMPT_S = 0.00005
"""How long the event loop may keep the interpreter while the log is being moved."""

QUIET_S = 0.002
"""When nothing came to be committed for so long, pages are summed that the next checkpoint would have to sum, some at
a time: whoever the last commit made wait was answered by then."""


class _Group:
    """Facts that will be committed together, and the future that all their appends share."""

    def __init__(self) -> None:
        self.facts: list[tuple[int, Fact]] = []
        self.is_handed_over = False
        self.durable: Future[None] = Future()
        self.durable.set_running_or_notify_cancel()  # one caller that gives up must not cancel the others


class SqliteHistory:
    """The history in one file. `append` belongs to one thread, commits happen in another; any may read."""

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            HistoryLocked: another process writes it.
            HistoryFailed: its last row does not fit its digest, or facts that were acknowledged are gone.
        """
        self._lock = WriterLock(path.with_name(path.name + ".lock"))
        try:
            noted = _noted(path)
            self._writer = _connect(path)
            self._writer.execute(SCHEMA)
            self._reader = _connect(path)
            self._reader.pragma("query_only", True)
            self._head, self._chain = self._last()
            if noted is None:
                self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                begin(path, self._writer.serialize("main"), self._writer.pragma("page_size"))
            elif lost := lost_facts(self._head, noted, self._chain_at):
                raise HistoryFailed(lost)
            self._sums = PageSums(path, self._writer.pragma("page_size"))
        except BaseException:
            self._lock.release()
            raise
        self._failure: BaseException | None = None
        self._closing = False
        self._gathering: _Group | None = None
        self._waiting: SimpleQueue[_Group | None] = SimpleQueue()
        self._pending: dict[str, tuple[int, Fact]] = {}
        self._changing = threading.Lock()
        """Held for a handful of instructions; a group may grow only under it, while it is the gathering one."""
        self._reading = threading.Lock()
        self._thread = threading.Thread(target=self._write, name="history-writer", daemon=True)
        self._thread.start()

    @property
    def head(self) -> int:
        return self._head

    @property
    def failed(self) -> bool:
        return self._failure is not None

    def append(self, facts: Sequence[Fact], *, unused: bool = False, later: bool = False) -> Appended:
        self._refuse_when_failed()
        known = set() if unused else {fact.id for fact in facts if self._used(fact.id)}
        if known or (len(facts) > 1 and len({fact.id for fact in facts}) < len(facts)):
            raise DuplicateId(f"{', '.join(sorted(known)) or 'an id'} is in history already")
        positions = tuple(range(self._head + 1, self._head + 1 + len(facts)))
        with self._changing:
            self._refuse_when_failed()
            group = self._gathering
            if group is None or len(group.facts) + len(facts) > GROUP:
                self._hand_over()
                group = self._gathering = _Group()
            for position, fact in zip(positions, facts, strict=True):
                group.facts.append((position, fact))
                self._pending[fact.id] = (position, fact)
            self._head += len(facts)
            if not later or len(group.facts) >= LATER:
                self._hand_over()
        return Appended(positions=positions, durable=group.durable)

    def hand_over(self) -> None:
        with self._changing:
            self._hand_over()

    def read(self, after: int = 0, limit: int = 1000) -> Iterable[Stored]:
        with self._reading:
            rows = self._reader.execute(FACTS, (after, limit)).fetchall()
        return stored(rows)

    def find(self, id: str) -> Stored | None:
        pending = self._pending.get(id)
        if pending is not None:
            return Stored(*pending)
        with self._reading:
            row = self._reader.execute(f"SELECT {COLUMNS} FROM history WHERE id = ?", (id,)).fetchone()  # noqa: S608 - a constant
        return Row.read(row).stored() if row else None

    def close(self) -> None:
        with self._changing:
            self._closing = True
            self._hand_over()
        self._waiting.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()
        self._sums.close()
        self._lock.release()

    def _hand_over(self) -> None:
        """Give the gathering group to the writer, once; it may grow until the writer takes it."""
        group = self._gathering
        if group is not None and not group.is_handed_over:
            group.is_handed_over = True
            self._waiting.put(group)

    def _used(self, id: str) -> bool:
        if id in self._pending:
            return True
        with self._reading:
            return self._reader.execute("SELECT 1 FROM history WHERE id = ?", (id,)).fetchone() is not None

    def _refuse_when_failed(self) -> None:
        if self._failure is not None:
            raise HistoryFailed("a commit failed; this process must end") from self._failure
        if self._closing:
            raise HistoryFailed("the history is closed")

    def _last(self) -> tuple[int, bytes]:
        found = self._writer.execute(f"SELECT {COLUMNS} FROM history ORDER BY position DESC LIMIT 1").fetchone()  # noqa: S608 - a constant
        if found is None:
            return 0, GENESIS
        row = Row.read(found)
        if sha256(row.body).digest() != row.digest:
            raise HistoryFailed(f"the last row, {row.position}, does not fit its digest")
        return row.position, row.chain

    def _chain_at(self, position: int) -> bytes:
        row = self._writer.execute("SELECT chain FROM history WHERE position = ?", (position,)).fetchone()
        return row[0] if row else GENESIS

    # ------------------------------------------------------------ in the writer thread

    def _write(self) -> None:
        group = _Group()
        try:
            while (waiting := self._next_group()) is not None:
                group = waiting
                self._commit(group)
                self._acknowledge(group)
                if self._sums.unsummed >= CHECKPOINT:
                    self._checkpoint()
            self._finish()
        except BaseException as failure:  # noqa: BLE001 - whatever it is, nothing may be acknowledged any more
            self._fail(group, failure)

    def _acknowledge(self, group: _Group) -> None:
        if group.facts:
            self._sums.acknowledge(group.facts[-1][0], self._chain)
        for _, fact in group.facts:
            del self._pending[fact.id]
        group.durable.set_result(None)

    def _next_group(self) -> _Group | None:
        """The oldest group, which grows no more; None when the history closes and nothing is waiting."""
        group = self._awaited()
        with self._changing:
            if self._gathering is group:
                self._gathering = None
        return group

    def _awaited(self) -> _Group | None:
        while self._sums.is_behind:
            try:
                return self._waiting.get(timeout=QUIET_S)
            except Empty:
                self._sums.look_ahead()
        return self._waiting.get()

    def _commit(self, group: _Group) -> None:
        if len(group.facts) <= GROUP:
            self._chain = self._inserted(group.facts, self._chain)
            return
        chain = self._chain
        with self._writer:
            for some in batched(group.facts, GROUP):
                chain = self._inserted(some, chain)
        self._chain = chain

    def _inserted(self, facts: Sequence[tuple[int, Fact]], chain: bytes) -> bytes:
        """All of them in one statement, so that this thread asks for the interpreter once and not once a row."""
        if facts:
            values, chain = chained(facts, chain)
            self._writer.execute(insert(len(facts)), values)
        return chain

    def _checkpoint(self) -> bool:
        """Move the log into the file; whether all of it is there and summed, which no reader may hinder for long.

        Until the next commit the log stays as it is, so a crash in here leaves every page in one of the two.
        """
        with _promptly():
            frames, moved = self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            if moved < frames:
                return False
            self._sums.take()
            return True

    def _finish(self) -> None:
        """Leave one whole file behind. SQLite may remove the log as it closes only if its pages are summed."""
        if self._checkpoint():
            self._writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)

    def _fail(self, group: _Group, failure: BaseException) -> None:
        """Nothing is tried again: after a failed fsync a second one may succeed without the data."""
        with self._changing:
            self._failure = failure
            self._hand_over()
        lost = [group, *self._left()]
        for each in lost:
            if each.durable.done():
                continue  # it was acknowledged before
            error = HistoryFailed("the commit failed; this process must end")
            error.__cause__ = failure
            each.durable.set_exception(error)

    def _left(self) -> Iterable[_Group]:
        """The groups that no commit will take; none comes after them."""
        while True:
            try:
                group = self._waiting.get_nowait()
            except Empty:
                return
            if group is not None:
                yield group


class _Hurry:
    """How many are in one. The switch interval is the process's: the first lowers it, the last restores it."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._inside = 0
        self._usual = sys.getswitchinterval()

    def enter(self) -> None:
        with self._changing:
            if not self._inside:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(self._usual, PROMPT_S))
            self._inside += 1

    def leave(self) -> None:
        with self._changing:
            self._inside -= 1
            if not self._inside:
                sys.setswitchinterval(self._usual)


_HURRY: Final = _Hurry()


@contextmanager
def _promptly() -> Iterator[None]:
    """Who asks for the interpreter gets it almost at once: nothing is committed meanwhile, and each call asks again."""
    _HURRY.enter()
    try:
        yield
    finally:
        _HURRY.leave()


def _noted(path: Path) -> Acknowledged | None:
    """What was acknowledged before; asked before SQLite opens the log, since it writes on behind a damaged frame."""
    try:
        sums = read_sums(path) or adopt(path)
    except BrokenSums as error:
        raise HistoryFailed(str(error)) from error
    if sums is not None and (damage := damaged_log(path, sums.acknowledged)):
        raise HistoryFailed(damage.why)
    return sums.acknowledged if sums else None


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(5000)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # pages move into the file only by `_checkpoint`
    connection.wal_autocheckpoint(0)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    return connection
