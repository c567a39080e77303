"""Time enters State only as a fact: the housekeeper says how far it has come.

Without it an unanswered presentation would stay open for ever. It speaks only when a window has
ended, so an idle engine's history does not grow.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Final, Protocol

from tradewind.engine.core.events import Fact, WindowsClosed
from tradewind.engine.core.state import State
from tradewind.engine.service.problems import Refused

PERIOD_S: Final = 60.0


class House(Protocol):
    """What the housekeeper needs of an engine."""

    @property
    def failure(self) -> str | None: ...
    @property
    def state(self) -> State: ...
    def now(self) -> int: ...
    def remember(self, fact: Fact) -> int: ...


async def keep_house(house: House, *, period_s: float = PERIOD_S) -> None:
    """Once a period, until cancelled or until nothing can be remembered any more."""
    while house.failure is None:
        await asyncio.sleep(period_s)
        try:
            close_windows(house)
        except Refused:
            return  # the engine has said why it ends


def close_windows(house: House) -> int | None:
    """Append that every window up to now is closed; the position, or None where none has ended."""
    now = house.now()
    if not house.state.open.have_ended(now):
        return None
    return house.remember(WindowsClosed(id=f"windows/{secrets.token_hex(16)}", up_to=now, at=now))
