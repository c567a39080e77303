"""Whether something was committed to a SQLite file in WAL mode since, for less than asking SQLite.

Every commit, of whatever process, ends with two copies of a head in the index beside the log (`-shm`); readers see it
from then on. As long as both copies are what they were, nothing was committed. Source: SQLite, WAL-mode File Format,
section 2.1. It is looked at in memory: whatever asks the system lets other threads run first.
"""

from __future__ import annotations

import mmap
import os
import threading
from pathlib import Path
from typing import Final

_HEADS: Final = 96
"""Both copies, 48 bytes each."""

_opened: dict[tuple[int, int], _Index] = {}
_changing: Final = threading.Lock()


class _Index:
    """One index file. Whoever closes a file lets go of every lock that the process has on it, SQLite's too; so it is
    opened once for all, and closed by the last."""

    def __init__(self, path: Path) -> None:
        self._number = os.open(path, os.O_RDONLY)
        self.seen = mmap.mmap(self._number, _HEADS, access=mmap.ACCESS_READ)
        self.readers = 0

    def close(self) -> None:
        self.seen.close()
        os.close(self._number)


class Commits:
    """The commits to one file, watched while a connection to it is open; closed behind that connection."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where the index is not there: no connection to the file is open."""
        path = path.with_name(path.name + "-shm")
        with _changing:
            found = path.stat()
            self._key = found.st_dev, found.st_ino
            index = _opened.get(self._key)
            if index is None:
                index = _opened[self._key] = _Index(path)
            index.readers += 1
        self._seen = index.seen

    def head(self) -> object:
        """What differs from what it was before once anything was committed; it may differ without that."""
        return self._seen[:_HEADS]

    def close(self) -> None:
        with _changing:
            index = _opened[self._key]
            index.readers -= 1
            if not index.readers:
                del _opened[self._key]
                index.close()
