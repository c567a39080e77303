"""Random bytes without asking the operating system each time."""

from __future__ import annotations

import os
from typing import Final

_PAGE: Final = 4096


class Entropy:
    """Random bytes from the operating system, fetched a page at a time: one call to it costs more than a decision's
    arithmetic on some machines, and lets every other thread run first. One per process: never shared over a fork."""

    def __init__(self) -> None:
        self._page = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """So many bytes, never given out before; used on one thread."""
        if self._at + count > len(self._page):
            self._page, self._at = os.urandom(max(_PAGE, count)), 0
        self._at += count
        return self._page[self._at - count : self._at]
