"""Facts that name somebody: found by SQLite in one pass over the file, beside its writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import msgspec

from tradewind.engine.core.events import Fact
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


def facts_of(
    path: Path, kinds: Sequence[type[Fact]], offer: str, *, after: int, up_to: int, limit: int
) -> tuple[list[Stored], int]:
    """Up to `limit` facts of these kinds about an offer behind `after`, and how far that has looked.

    Like `facts_naming` it may run on any thread.
    """
    marks = ", ".join("?" * len(kinds))
    query = (
        f"SELECT {COLUMNS} FROM history WHERE position > ? AND position <= ? AND kind IN ({marks})"  # noqa: S608 - marks
        " AND instr(body, ?) > 0 ORDER BY position LIMIT ?"
    )
    names = (kind.__name__ for kind in kinds)
    about = b'"offer":' + msgspec.json.encode(offer)
    file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        file.set_busy_timeout(5000)
        rows = file.execute(query, (after, up_to, *names, about, limit)).fetchall()
    finally:
        file.close()
    found = [Row.read(row).stored() for row in rows]
    return found, found[-1].position if len(found) == limit else up_to


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
