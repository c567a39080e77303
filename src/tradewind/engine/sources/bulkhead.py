"""The bulkhead: so many calls to one source at once, so many waiting, and no more."""

from __future__ import annotations

import asyncio
from typing import Final

AT_ONCE: Final = 64
WAITING: Final = 512


class Full(Exception):  # noqa: N818 - a refusal, named for what happened
    """Too many wait for this source already."""


class Bulkhead:
    """`enter` before a call, `leave` after it; whoever waits to enter may be cancelled."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self._waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._places.locked()

    async def enter(self) -> None:
        """Take a place, or wait for one.

        Raises:
            Full: too many wait already.
        """
        if not self.is_full:
            await self._places.acquire()  # at once
            return
        if self._waiting >= self._most_waiting:
            raise Full
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()
