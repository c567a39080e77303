"""Instants between the wire (with an offset) and history (microseconds since the epoch, UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

AHEAD_S: Final = 300
"""How far a touchpoint's clock may run ahead of the engine's."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)


def ahead(at: int, now: int) -> bool:
    """Whether an instant lies too far in the future to be believed."""
    return at > now + AHEAD_S * 1_000_000
