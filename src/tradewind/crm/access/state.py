"""One state of the database for all that a request reads: the rights of its person, and what they let be seen.

Between two statements others may commit, and what is then read by rights of the first moment was perhaps never to be
seen by anybody. Inside `one_state` every statement reads the database of one moment and nothing can be written, so
that rights are read once in it; a `State` lives as long as that and is never handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

READING: Final = ("SELECT", "WITH", "EXECUTE", "PREPARE", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO", "(")
"""How statements begin that write nothing."""


class WrittenWhileReadingError(RuntimeError):
    """Something writes where a request only reads: the view has to say `requires(..., writes=True)`."""


@dataclass(slots=True)
class State:
    """What has been read in one state of a database, each thing once."""

    using: str
    known: dict[Hashable, Any] = field(default_factory=dict)

    def once[T](self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` finds in this state."""
        if key not in self.known:
            self.known[key] = read()
        return cast(T, self.known[key])


_open: ContextVar[State | None] = ContextVar("state", default=None)


def state_of(using: str) -> State:
    """The state that is open for this database; outside of `one_state` one that nobody keeps."""
    found = _open.get()
    return found if found is not None and found.using == using else State(using)


@contextmanager
def one_state(using: str = DEFAULT_DB_ALIAS) -> Iterator[State]:
    """Read everything inside as it is at one moment, and write nothing. Inside another one it is that one.

    A transaction that is open already is joined: what is of one moment in it is then for that transaction to say.

    Raises:
        WrittenWhileReadingError: something inside writes.
    """
    found = _open.get()
    if found is not None and found.using == using:
        yield found
        return
    connection = connections[using]
    with _unmoved(connection), connection.execute_wrapper(_only_reading):
        state = State(using)
        token = _open.set(state)
        try:
            yield state
        finally:
            _open.reset(token)


def _only_reading(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not sql.startswith(READING):
        raise WrittenWhileReadingError(sql)
    return execute(sql, params, many, context)


# --- A transaction whose statements all read one moment, as each database calls it


@contextmanager
def _unmoved(connection: BaseDatabaseWrapper) -> Iterator[None]:
    connection.ensure_connection()
    if connection.in_atomic_block:
        yield
        return
    begun = _deferred if connection.vendor == "sqlite" else _repeatable
    with begun(connection), transaction.atomic(using=connection.alias):
        yield


@contextmanager
def _deferred(connection: Any) -> Iterator[None]:
    """Without a lock for writing: others write meanwhile, and are not seen."""
    mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = mode


@contextmanager
def _repeatable(connection: Any) -> Iterator[None]:
    from psycopg import IsolationLevel  # noqa: PLC0415 (only installations with PostgreSQL need it)

    link = connection.connection
    before = link.isolation_level, link.read_only
    link.isolation_level, link.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        yield
    finally:
        if not link.closed:
            link.isolation_level, link.read_only = before
