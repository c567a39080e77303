"""Small facts for tests of history."""

from __future__ import annotations

from tradewind.engine.core.events import WindowsClosed


def closed(number: int) -> WindowsClosed:
    return WindowsClosed(id=f"w-{number}", up_to=number, at=number)
