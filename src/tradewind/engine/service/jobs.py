"""Work that may take longer than a caller waits: it goes on, and the same question again finds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tradewind.engine.service.problems import Refused

MOST: Final = 16
"""Pieces of work that may be waiting, running or not yet fetched."""

PATIENCE_S: Final = 2.0


class Job:
    """One piece of work: how far it has come, `at` of `of`, and in the end its outcome."""

    def __init__(self, of: int) -> None:
        self.at = 0
        self.of = of
        self.future: asyncio.Future[bytes]

    def tell(self, at: int) -> None:
        self.at = at


class Jobs:
    """A bounded number of jobs on one thread, by key; used on the event loop.

    A finished job nobody fetched is let go when its place is wanted.
    """

    def __init__(self, *, most: int = MOST, patience_s: float = PATIENCE_S) -> None:
        self.most = most
        self.patience_s = patience_s
        self._jobs: dict[str, Job] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")

    async def outcome(self, key: str, work: Callable[[Job], bytes], *, of: int) -> bytes | Job:
        """What the work gave, or the job itself while it is not done within the patience.

        Raises:
            Refused: `too_busy`, there is no place for another job.
        """
        job = self._jobs.get(key) or self._begin(key, work, of)
        await asyncio.wait({job.future}, timeout=self.patience_s)
        if not job.future.done():
            return job
        if self._jobs.get(key) is job:
            del self._jobs[key]
        return job.future.result()

    def forget(self) -> None:
        """Let go of every outcome that nobody has fetched."""
        self._jobs = {key: job for key, job in self._jobs.items() if not job.future.done()}

    def close(self) -> None:
        """Wait for what runs and drop what waits."""
        self._thread.shutdown(cancel_futures=True)

    def _begin(self, key: str, work: Callable[[Job], bytes], of: int) -> Job:
        if len(self._jobs) >= self.most:
            self._make_place()
        job = self._jobs[key] = Job(of)
        job.future = asyncio.get_running_loop().run_in_executor(self._thread, work, job)
        job.future.add_done_callback(_look)
        return job

    def _make_place(self) -> None:
        done = next((key for key, job in self._jobs.items() if job.future.done()), None)
        if done is None:
            raise Refused("too_busy", headers={"Retry-After": "1"})
        del self._jobs[done]


def _look(future: asyncio.Future[bytes]) -> None:
    """See a failure even where nobody fetches it: an unseen one would be told on stderr with its traceback."""
    if not future.cancelled():
        future.exception()
