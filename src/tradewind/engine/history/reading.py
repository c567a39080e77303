"""History read beside its writer: never locks, never changes, sees what is durable."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import apsw

from tradewind.engine.history.log import Stored
from tradewind.engine.history.table import FACTS, stored


class HistoryReader:
    """A second opening of a history's file, for one thread at a time; another process may write it meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open the file, which must be there. Raises apsw.CantOpenError where it is not."""
        self._file = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        self._file.set_busy_timeout(5000)

    @property
    def head(self) -> int:
        """The last durable position, 0 when empty."""
        return int(self._file.execute("SELECT coalesce(max(position), 0) FROM history").get)

    def read(self, after: int = 0, limit: int = 1000) -> Iterable[Stored]:
        """Up to `limit` durable facts in order of position, from the first above `after`."""
        return stored(self._file.execute(FACTS, (after, limit)).fetchall())

    def chain_at(self, position: int) -> bytes | None:
        """The chain over everything up to a position; None where there is no such position."""
        row = self._file.execute("SELECT chain FROM history WHERE position = ?", (position,)).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        self._file.close()
