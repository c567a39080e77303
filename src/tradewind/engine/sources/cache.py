"""The cache: what a source said, for as long as the publication allows, never more than so many answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

MOST_ENTRIES: Final = 10_000
MOST_SECONDS: Final = 10**9
"""Some thirty years: a process does not see the end of it, and a clock can count it."""


class Cache[T]:
    """By the whole request; the entry that was not wanted for longest goes first."""

    def __init__(self, clock: Callable[[], float], *, most: int = MOST_ENTRIES) -> None:
        self._clock = clock
        self._most = most
        self._entries: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> T | None:
        """What was put there and is still fresh."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        fresh_until, value = entry
        if self._clock() >= fresh_until:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: Hashable, value: T, *, seconds: float) -> None:
        """Keep a value; zero seconds keep nothing."""
        if seconds <= 0:
            return
        self._entries[key] = (self._clock() + min(seconds, MOST_SECONDS), value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
