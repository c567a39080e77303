"""Facts by their positions, or by whom they name (one pass over the file), read by SQLite beside its writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw

from tradewind.engine.history.log import Stored
from tradewind.engine.history.table import COLUMNS, Row


def has_fact(path: Path, kinds: Sequence[str]) -> bool:
    """Whether history has a fact of one of these kinds."""
    file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        file.set_busy_timeout(5000)
        marks = ", ".join("?" * len(kinds))
        found = file.execute(f"SELECT 1 FROM history WHERE kind IN ({marks}) LIMIT 1", tuple(kinds))  # noqa: S608 - marks
        return found.get is not None
    finally:
        file.close()


def facts_at(path: Path, positions: Sequence[int]) -> list[Stored]:
    """The durable facts at these positions, in the order of history. Like `facts_naming` it may run on any thread."""
    if not positions:
        return []
    marks = ", ".join("?" * len(positions))
    query = f"SELECT {COLUMNS} FROM history WHERE position IN ({marks}) ORDER BY position"  # noqa: S608 - marks
    file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        file.set_busy_timeout(5000)
        rows = file.execute(query, tuple(positions)).fetchall()
    finally:
        file.close()
    return [Row.read(row).stored() for row in rows]


def facts_naming(path: Path, refs: Sequence[str], *, after: int, up_to: int, limit: int) -> tuple[list[Stored], int]:
    """Up to `limit` facts behind `after` whose body holds one of the references, and how far that has looked.

    Opens the file for itself, so it may run on any thread; one page of facts is in memory at a time. Looking does
    not hold the interpreter.
    """
    mentions = " OR ".join("instr(body, ?) > 0" for _ in refs)
    query = (
        f"SELECT {COLUMNS} FROM history WHERE position > ? AND position <= ? AND ({mentions})"  # noqa: S608 - constants
        " ORDER BY position LIMIT ?"
    )
    file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        file.set_busy_timeout(5000)
        rows = file.execute(query, (after, up_to, *(ref.encode() for ref in refs), limit)).fetchall()
    finally:
        file.close()
    found = [Row.read(row).stored() for row in rows]
    return found, found[-1].position if len(found) == limit else up_to
