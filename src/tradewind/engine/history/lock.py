"""One writer: a lock file beside the history that lives as long as the process holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from tradewind.engine.history.log import HistoryLocked


class WriterLock:
    """Holds `<history>.lock` exclusively; the operating system lets go when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise HistoryLocked(f"another process writes {path.with_suffix('')}") from None

    def release(self) -> None:
        os.close(self._file)
