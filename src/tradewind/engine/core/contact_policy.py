"""May we, again? Exact counters, one per customer and offer across all channels."""

from __future__ import annotations

from collections.abc import Mapping

DAY = 24 * 3600 * 1_000_000
"""Microseconds. Re-offer days are elapsed days of 24 hours, not days of the calendar."""


class Contacts:
    """When each customer was last shown each offer.

    A counter is kept by offer id, so it outlives publications; it changes with the fact that showed the offer,
    so the very next decision sees it.
    """

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._offers: list[str] = []
        self._last_shown: dict[str, dict[int, int]] = {}

    def shown(self, subject: str, offer: str, at: int) -> None:
        """Count a presentation; one that is learnt late never moves the counter back."""
        row = self._rows.setdefault(offer, len(self._offers))
        if row == len(self._offers):
            self._offers.append(offer)
        last = self._last_shown.setdefault(subject, {})
        last[row] = max(at, last.get(row, at))

    def last_shown(self, subject: str) -> Mapping[str, int]:
        """Offer id to the instant it was last shown to this customer."""
        return {self._offers[row]: at for row, at in self._last_shown.get(subject, {}).items()}

    def listed(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Every counter, sorted: what the state's digest covers."""
        return [(subject, sorted(self.last_shown(subject).items())) for subject in sorted(self._last_shown)]


def may_reoffer(last_shown: int, now: int, reoffer_after: int) -> bool:
    """Whether an offer shown at `last_shown` may be shown at `now`, `reoffer_after` microseconds being its wait.

    >>> may_reoffer(0, 14 * DAY - 1, 14 * DAY), may_reoffer(0, 14 * DAY, 14 * DAY)
    (False, True)
    """
    return now - last_shown >= reoffer_after
