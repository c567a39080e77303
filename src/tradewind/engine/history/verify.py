"""Walk a whole history and name the first position that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import apsw

from tradewind.engine.core.events import UnknownFact
from tradewind.engine.history.table import COLUMNS, GENESIS, Row


@dataclass(frozen=True, slots=True)
class Verified:
    """Every row fits: `head` is the last position, `chain` the hash over all of them (publish it elsewhere)."""

    head: int
    chain: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first position that is not as it was written, and why."""

    position: int
    why: str


def verify(path: Path) -> Verified | Broken:
    """Check positions, digests, the chain, that every fact reads, and that nothing is gone from the end.

    A writer may be at work. Someone who can rewrite the file can also compute a new chain: compare `chain` with a
    copy kept elsewhere.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    head, chain = 0, GENESIS
    try:
        with connection:  # one transaction, one view of the file
            for values in connection.execute(f"SELECT {COLUMNS} FROM history ORDER BY position"):  # noqa: S608 - a constant
                row = Row.read(values)
                if why := row.wrong(head + 1, chain) or _unreadable(row):
                    return Broken(head + 1, why)
                head, chain = row.position, row.chain
            last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'history'").fetchone()
            if last is not None and last[0] != head:
                return Broken(head + 1, f"positions up to {last[0]} were written and are gone")
            if (damage := connection.pragma("integrity_check")) != "ok":
                return Broken(head + 1, f"the file is damaged: {damage}")
    except (apsw.CorruptError, apsw.NotADBError, TypeError, UnicodeDecodeError) as error:
        return Broken(head + 1, f"the file is damaged: {error}")
    finally:
        connection.close()
    return Verified(head, chain.hex())


def _unreadable(row: Row) -> str | None:
    try:
        row.stored()
    except UnknownFact as error:
        return str(error)
    return None
