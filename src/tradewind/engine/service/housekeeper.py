"""Time enters State only as a fact: the housekeeper says how far it has come.

Without it an unanswered presentation would stay open for ever. It speaks only while something is
open, so an idle engine's history does not grow.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

from tradewind.engine.core.events import WindowsClosed

if TYPE_CHECKING:
    from tradewind.engine.service.engine import Engine

PERIOD_S: Final = 60.0


async def keep_house(engine: Engine, *, period_s: float = PERIOD_S) -> None:
    """Once a period, until cancelled."""
    while True:
        await asyncio.sleep(period_s)
        close_windows(engine)


def close_windows(engine: Engine) -> int | None:
    """Append that every window up to now is closed; the position, or None where nothing is open."""
    if engine.failure is not None or not len(engine.state.open):
        return None
    now = engine.now()
    return engine.remember(WindowsClosed(id=f"windows/{secrets.token_hex(16)}", up_to=now, at=now))
