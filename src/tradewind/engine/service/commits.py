"""Whether something was committed to a SQLite file in WAL mode since, for less than asking SQLite.

Every commit, of whatever process, ends with two copies of a head in the index beside the log (`-shm`); readers see it
from then on. As long as both copies are what they were, nothing was committed. Source: SQLite, WAL-mode File Format,
section 2.1.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

_HEADS: Final = 96
"""Both copies, 48 bytes each."""

_read_at: Final = getattr(os, "pread", None)

_opened: dict[tuple[int, int], _Index] = {}
_changing: Final = threading.Lock()


class _Index:
    """One index file. Whoever closes a file lets go of every lock that the process has on it, SQLite's too; so it is
    opened once for all, and closed by the last."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.readers = 0


class Commits:
    """The commits to one file, watched while a connection to it is open; closed behind that connection."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where the index is not there: no connection to the file is open."""
        self._key: tuple[int, int] | None = None
        if _read_at is None:
            return
        index = path.with_name(path.name + "-shm")
        with _changing:
            found = index.stat()
            self._key = (found.st_dev, found.st_ino)
            opened = _opened.get(self._key)
            if opened is None:
                opened = _opened[self._key] = _Index(os.open(index, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)))
            opened.readers += 1
        self._number = opened.number

    def head(self) -> object:
        """What differs from what it was before once anything was committed; it may differ without that."""
        return object() if self._key is None or _read_at is None else _read_at(self._number, _HEADS, 0)

    def close(self) -> None:
        if self._key is None:
            return
        with _changing:
            opened = _opened[self._key]
            opened.readers -= 1
            if not opened.readers:
                del _opened[self._key]
                os.close(opened.number)
        self._key = None
