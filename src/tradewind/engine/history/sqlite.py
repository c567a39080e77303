"""A history in SQLite: positions at append, one writer thread, commits in groups, `synchronous=FULL`.

While one group is on its way to the disk the next one gathers, so a lone fact waits for nothing but its own
commit, and under load up to `GROUP` facts share one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path
from queue import Empty, SimpleQueue

import apsw

from tradewind.engine.core.events import Fact
from tradewind.engine.history.lock import WriterLock
from tradewind.engine.history.log import Appended, DuplicateId, HistoryFailed, Stored
from tradewind.engine.history.table import COLUMNS, GENESIS, SCHEMA, Row, insert

GROUP = 50
"""The most facts that one commit holds, unless one append alone brings more."""


class _Group:
    """Facts that will be committed together, and the future that all their appends share."""

    def __init__(self) -> None:
        self.facts: list[tuple[int, Fact]] = []
        self.durable: Future[None] = Future()
        self.durable.set_running_or_notify_cancel()  # one caller that gives up must not cancel the others


class SqliteHistory:
    """The history in one file. `append` belongs to one thread, commits happen in another; any may read."""

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            HistoryLocked: another process writes it.
            HistoryFailed: its last row does not fit its digest.
        """
        self._lock = WriterLock(path.with_name(path.name + ".lock"))
        try:
            self._writer = _connect(path)
            self._writer.execute(SCHEMA)
            self._reader = _connect(path)
            self._reader.pragma("query_only", True)
            self._head, self._chain = self._last()
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

    def append(self, facts: Sequence[Fact], *, unused: bool = False) -> Appended:
        self._refuse_when_failed()
        known = set() if unused else {fact.id for fact in facts if self._used(fact.id)}
        if known or (len(facts) > 1 and len({fact.id for fact in facts}) < len(facts)):
            raise DuplicateId(f"{', '.join(sorted(known)) or 'an id'} is in history already")
        positions = tuple(range(self._head + 1, self._head + 1 + len(facts)))
        with self._changing:
            self._refuse_when_failed()
            group = self._gathering
            if group is None or len(group.facts) + len(facts) > GROUP:
                group = self._gathering = _Group()
                self._waiting.put(group)
            for position, fact in zip(positions, facts, strict=True):
                group.facts.append((position, fact))
                self._pending[fact.id] = (position, fact)
            self._head += len(facts)
        return Appended(positions=positions, durable=group.durable)

    def read(self, after: int = 0, limit: int = 1000) -> Iterable[Stored]:
        query = f"SELECT {COLUMNS} FROM history WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608 - a constant
        with self._reading:
            rows = self._reader.execute(query, (after, limit)).fetchall()
        return [Row.read(row).stored() for row in rows]

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
        self._waiting.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()
        self._lock.release()

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

    # ------------------------------------------------------------ in the writer thread

    def _write(self) -> None:
        while (group := self._next_group()) is not None:
            try:
                self._commit(group)
            except BaseException as failure:  # noqa: BLE001 - whatever it is, nothing may be acknowledged any more
                self._fail(group, failure)
                return
            for _, fact in group.facts:
                del self._pending[fact.id]
            group.durable.set_result(None)

    def _next_group(self) -> _Group | None:
        """The oldest group, which grows no more; None when the history closes and nothing is waiting."""
        group = self._waiting.get()
        with self._changing:
            if self._gathering is group:
                self._gathering = None
        return group

    def _commit(self, group: _Group) -> None:
        chain = self._chain
        rows = []
        for position, fact in group.facts:
            row = Row.of(position, fact, chain)
            rows.append(row.values())
            chain = row.chain
        if len(rows) <= GROUP:
            self._insert(rows)
        else:
            with self._writer:
                for start in range(0, len(rows), GROUP):
                    self._insert(rows[start : start + GROUP])
        self._chain = chain

    def _insert(self, rows: Sequence[Sequence[int | str | bytes]]) -> None:
        """All of them in one statement, so that this thread asks for the interpreter once and not once a row."""
        if rows:
            self._writer.execute(insert(len(rows)), [value for row in rows for value in row])

    def _fail(self, group: _Group, failure: BaseException) -> None:
        """Nothing is tried again: after a failed fsync a second one may succeed without the data."""
        with self._changing:
            self._failure = failure
        lost = [group, *self._left()]
        for each in lost:
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


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(5000)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    return connection
