"""When a session began. A session ends 24 hours of history time after its first event."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Self

from tradewind.engine.core.dues import NEVER
from tradewind.engine.core.instants import DAY
from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

LASTS = DAY


class Started(NamedTuple):
    """`at` is history time, `occurred_at` when the session began outside; `last` the position of its last event."""

    at: int
    occurred_at: int
    last: int


class Sessions:
    """The running sessions, oldest first."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], Started] = {}
        self._order: deque[tuple[str, str]] = deque()  # as they began
        self._began: deque[int] = deque()  # when, in history time
        self._oldest = NEVER

    def started_at(self, subject: str, session: str, *, at: int) -> int | None:
        """When this customer's session began (as it occurred), or None when none is running at history time `at`."""
        started = self._running.get((subject, session))
        return started.occurred_at if started and at - started.at < LASTS else None

    def begun(self, subject: str, session: str, *, at: int) -> int | None:
        """The same in history time."""
        started = self._running.get((subject, session))
        return started.at if started and at - started.at < LASTS else None

    def last(self, subject: str, session: str, *, at: int) -> int | None:
        """The position of the last event of this customer's session, or None when none is running at `at`."""
        started = self._running.get((subject, session))
        return started.last if started and at - started.at < LASTS else None

    def touch(self, subject: str, session: str, *, at: int, occurred_at: int, position: int) -> None:
        """Begin the session unless it runs, and note its last event.

        Sessions that have ended are let go, so memory is bounded.
        """
        if at - self._oldest >= LASTS:
            self._let_go(at)
        key = (subject, session)
        known = self._running.get(key)
        if known is None:
            self._running[key] = Started(at, occurred_at, position)
            if not self._order:
                self._oldest = at
            self._order.append(key)
            self._began.append(at)
        else:
            self._running[key] = Started(known.at, known.occurred_at, position)

    def listed(self) -> list[tuple[str, str, int, int, int]]:
        """Every running session as (subject, session, at, occurred_at, last), sorted: what the digest covers."""
        return [
            (*key, began.at, began.occurred_at, began.last)
            for key, began in sorted(self._running.items(), key=lambda item: item[0])
        ]

    def packed(self) -> Packed:
        """For a snapshot."""
        started = [self._running[key] for key in self._order]
        return [
            packed_texts(subject for subject, _ in self._order),
            packed_texts(session for _, session in self._order),
            packed_ints([each.at for each in started]),
            packed_ints([each.occurred_at for each in started]),
            packed_ints([each.last for each in started]),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        sessions = cls()
        subjects, names, *numbers = packed
        sessions._order = deque(zip(unpacked_texts(subjects), unpacked_texts(names), strict=True))
        at, occurred_at, last = (unpacked_ints(each).tolist() for each in numbers)
        sessions._running = dict(zip(sessions._order, map(Started, at, occurred_at, last), strict=True))
        sessions._began = deque(at)
        sessions._oldest = at[0] if at else NEVER
        return sessions

    def _let_go(self, at: int) -> None:
        began, order = self._began, self._order
        while began and at - began[0] >= LASTS:
            began.popleft()
            del self._running[order.popleft()]
        self._oldest = began[0] if began else NEVER
