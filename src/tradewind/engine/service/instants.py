"""How far a touchpoint's clock is believed."""

from __future__ import annotations

from typing import Final

from tradewind.engine.core.instants import SECOND

AHEAD_S: Final = 300
"""How far a touchpoint's clock may run ahead of the engine's."""


def ahead(at: int, now: int) -> bool:
    """Whether an instant lies too far in the future to be believed."""
    return at > now + AHEAD_S * SECOND
