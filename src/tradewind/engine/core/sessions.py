"""When a session began. A session ends 24 hours of history time after its first event."""

from __future__ import annotations

from dataclasses import dataclass

LASTS = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Started:
    """`at` is history time, `occurred_at` when the session began outside."""

    at: int
    occurred_at: int


class Sessions:
    """The running sessions, oldest first."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], Started] = {}

    def started_at(self, subject: str, session: str, *, at: int) -> int | None:
        """When this customer's session began (as it occurred), or None when none is running at history time `at`."""
        started = self._running.get((subject, session))
        return started.occurred_at if started and at - started.at < LASTS else None

    def touch(self, subject: str, session: str, *, at: int, occurred_at: int) -> None:
        """Begin the session unless it runs; sessions that have ended are let go, so memory is bounded."""
        while self._running:
            oldest, started = next(iter(self._running.items()))
            if at - started.at < LASTS:
                break
            del self._running[oldest]
        self._running.setdefault((subject, session), Started(at, occurred_at))

    def listed(self) -> list[tuple[str, str, int, int]]:
        """Every running session as (subject, session, at, occurred_at), sorted: what the state's digest covers."""
        return [(*key, started.at, started.occurred_at) for key, started in sorted(self._running.items())]
