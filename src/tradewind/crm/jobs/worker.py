"""The worker: runs recurring work when it is due, writes a Run where something was done or went wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections

from tradewind.crm.jobs.models import Run
from tradewind.crm.jobs.recurring import Recurring, all_recurring

log = logging.getLogger("tradewind.jobs")

LONGEST_REST: Final = 0.5
"""So long a stop may go unnoticed. A flag and short rests, because an Event set from a signal handler can deadlock."""

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Worker:
    """Runs what is due, one after the other; `stop` ends it after the piece of work in hand."""

    clock: Clock
    recurring: Sequence[Recurring] = field(default_factory=all_recurring)
    due_at: dict[str, datetime] = field(default_factory=dict)
    rest: Callable[[float], None] = time.sleep
    is_stopping: bool = False

    def run(self) -> None:
        """Works until it is stopped."""
        while not self.is_stopping:
            self.run_due()
            self.rest(self._seconds_to_rest())

    def run_due(self) -> int:
        """Runs everything that is due once. Returns how many pieces of work were run."""
        ran = 0
        for recurring in self.recurring:
            now = self.clock()
            if self.is_stopping or self.due_at.get(recurring.name, now) > now:
                continue
            run_once(recurring, clock=self.clock)
            self.due_at[recurring.name] = self.clock() + timedelta(seconds=recurring.seconds)
            ran += 1
        return ran

    def stop(self) -> None:
        self.is_stopping = True

    def _seconds_to_rest(self) -> float:
        now = self.clock()
        waits = [(due - now).total_seconds() for due in self.due_at.values()]
        return min(max(min(waits, default=LONGEST_REST), 0.01), LONGEST_REST)


def run_once(recurring: Recurring, *, clock: Clock) -> int | None:
    """Runs one piece of work. Returns how many things it did, or None where it failed (the Run says why)."""
    started_at = clock()
    close_old_connections()
    try:
        done = recurring.work(started_at)
    except Exception as error:
        log.exception("%s failed", recurring.name)
        Run.objects.create(
            name=recurring.name, started_at=started_at, failed_at=clock(), message=f"{type(error).__name__}: {error}"
        )
        return None
    if done:
        Run.objects.create(name=recurring.name, started_at=started_at, finished_at=clock(), done=done, total=done)
    return done
