"""Snapshots of a running engine, taken by a process beside it, so that no decision waits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from tradewind.engine.history.folder import Folder

EVERY: Final = 100_000
"""Facts between two snapshots."""

_LOOK_S: Final = 1.0
_REST: Final = 4
"""After a snapshot it rests so many times as long as that took: a large state costs at most a fifth of a processor."""

_COMMAND: Final = (sys.executable, "-m", "tradewind.engine.history.snapshotting")


class Snapshotter:
    """Has a snapshot taken every so many facts, one at a time. A failure is told and counted; the next one may work."""

    def __init__(self, folder: Folder, *, every: int, report: Callable[[str], None]) -> None:
        """`every` 0 takes none."""
        self.failures = 0
        self.position = 0
        self._folder = folder
        self._every = every
        self._report = report
        self._tried_at = 0
        self._rests_until = 0.0

    def begin(self, position: int) -> None:
        """There is a snapshot at this position."""
        self.position = self._tried_at = position

    async def keep(self, head: Callable[[], int]) -> None:
        """Look now and then how far history has come, until cancelled."""
        while self._every:
            if self._is_due(head()):
                self._tried_at = head()
                await self._take(self._tried_at)
            await asyncio.sleep(_LOOK_S)

    def _is_due(self, head: int) -> bool:
        return head - self._tried_at >= self._every and time.monotonic() >= self._rests_until

    async def _take(self, head: int) -> None:
        began = time.monotonic()
        try:
            code, said = await self._run()
        except OSError as error:
            code, said = 1, str(error)
        self._rests_until = time.monotonic() + _REST * (time.monotonic() - began)
        if code == 0:
            self.position = head
        else:
            self.failures += 1
        for line in said.splitlines() or [f"the process ended with {code}"]:
            self._report(line if code == 0 else f"no snapshot: {line}")

    async def _run(self) -> tuple[int, str]:
        """The process's exit code and what it said; ended when this is cancelled."""
        command = [*_COMMAND, str(self._folder.history), str(self._folder.snapshots)]
        process = await asyncio.to_thread(_started, command)
        try:
            said, _ = await asyncio.to_thread(process.communicate)
        except asyncio.CancelledError:
            process.terminate()
            raise
        return process.returncode, said


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
