"""A few contacts a minute for as long as the demo runs, so that its screens move."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from tradewind.demo import cast
from tradewind.demo.conversations import InteractionCentre, contact

LONGEST_PAUSE = 2.0
"""Seconds that pass between two steps of a live conversation; people take longer, spectators do not."""

Rest = Callable[[float], None]
Say = Callable[[str], None]


@dataclass(slots=True)
class PresentClock:
    """Time as it is; a pause is shortened."""

    rest: Rest
    longest_pause: float
    is_past: bool = False

    def now(self) -> datetime:
        return timezone.now()

    def let_pass(self, seconds: float) -> None:
        self.rest(min(seconds, self.longest_pause))


@dataclass(slots=True)
class Traffic:
    """Contacts at about `per_minute`; `rest` sleeps until the demo stops. Daniel's desk is left alone."""

    per_minute: float
    rest: Rest
    say: Say
    draw: random.Random = field(default_factory=random.Random)
    monotonic: Callable[[], float] = time.monotonic
    _due: float = 0.0
    _centre: InteractionCentre | None = None

    def turn(self) -> None:
        """Make a contact where one is due; returns at once where none is."""
        if self.per_minute <= 0 or self.monotonic() < self._due:
            return
        self._due = max(self.monotonic(), self._due) + self.draw.expovariate(self.per_minute / 60)
        close_old_connections()
        try:
            contact(self._the_centre(), self.draw, PresentClock(self.rest, min(LONGEST_PAUSE, 15 / self.per_minute)))
        except OperationalError as busy:
            self.say(f"A simulated contact was given up: {busy}.")

    def _the_centre(self) -> InteractionCentre:
        if self._centre is None:
            self._centre = InteractionCentre.of(cast.MORE_AGENTS)
        return self._centre
