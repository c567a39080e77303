"""How far history is on the disk, and who waits until it is further."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Final

from tradewind.engine.service.problems import Refused

log = logging.getLogger("tradewind.engine")

_MOST_WAITING: Final = 5_000

type Settle = Callable[[Refused | None], None]
"""Told that a position is durable, or the refusal where it never will be."""


class Durability:
    """Everything runs on the loop's thread, but for `_settled`, which history's writer calls.

    `position` is the last one that would survive a power cut. What one pass of the loop appends is handed over
    together behind it with `hand_over`: the loop cannot answer before, anyway. `fail` hears what the writer could not
    write.
    """

    def __init__(self, *, hand_over: Callable[[], None], fail: Callable[[str], None]) -> None:
        self.position = 0
        self._hand_over_to_writer = hand_over
        self._fail = fail
        self._loop: asyncio.AbstractEventLoop
        self._settling = threading.Lock()
        """Held for a few instructions: both threads may say how far the disk is, and neither may take it back."""
        self._waiting: deque[tuple[int, Settle]] = deque()
        self._wakes = 0
        self._is_handing_over = False
        self._group: Future[None] | None = None
        self._grown = [0, 0]

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """On this loop's thread it is used from now on."""
        self._loop = loop

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def admit(self) -> None:
        """Refuse a call as `too_busy` while too many wait for the disk, instead of letting the queue grow."""
        if len(self._waiting) >= _MOST_WAITING:
            raise Refused("too_busy", headers={"Retry-After": "1"})

    def wait(self, position: int, settle: Settle) -> None:
        """Have `settle` called once everything up to this position, the last one by now, is durable."""
        self._waiting.append((position, settle))

    def give_up(self) -> None:
        """Tell everybody who waits that it never will be."""
        while self._waiting:
            _call(self._waiting.popleft()[1], Refused("history_failed"))

    def follow(self, durable: Future[None], position: int) -> None:
        """Have `_settled` called when this position's group is committed; facts of one group share one call."""
        if not self._is_handing_over:
            self._is_handing_over = True
            self._loop.call_soon(self._hand_over)
        if durable is not self._group:
            self._group = durable
            self._grown = [position, 0]
            durable.add_done_callback(partial(self._settled, self._grown))
            return
        self._grown[0] = position
        if self._grown[1]:  # it was called before the position above could be seen
            self._settled(self._grown, durable)

    def _hand_over(self) -> None:
        self._is_handing_over = False
        self._hand_over_to_writer()

    def _settled(self, grown: list[int], durable: Future[None]) -> None:
        """On the writer's thread, mostly, and at times on both at once: note how far the disk is and wake the loop.

        `grown` holds the group's last position, and that this was called. Nothing joins a group that is being
        committed.
        """
        grown[1] = 1
        error = durable.exception()
        if error is not None:
            self._loop.call_soon_threadsafe(self._fail, unwritten(error))
            return
        with self._settling:
            self.position = max(self.position, grown[0])
        if not self._wakes:
            self._wakes = 1
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._wakes = 0
        reached = self.position
        while self._waiting and self._waiting[0][0] <= reached:
            _call(self._waiting.popleft()[1], None)


def unwritten(error: BaseException) -> str:
    """Why history ends: the commit that failed, whether its group or a later append tells of it first."""
    return f"history cannot be written: {error.__cause__ or error!r}"


def settle(future: asyncio.Future[None], refused: Refused | None) -> None:
    """Settle a future, unless nobody waits for it any more."""
    if future.done():
        return
    if refused is None:
        future.set_result(None)
    else:
        future.set_exception(refused)


def _call(settle: Settle, refused: Refused | None) -> None:
    """Tell one of many: whatever is wrong with it must not keep it from the others."""
    try:
        settle(refused)
    except Exception:
        log.exception("an answer could not be given")
