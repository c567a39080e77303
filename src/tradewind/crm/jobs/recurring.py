"""The registry of recurring work: a room says what it wants run, and how often, from its `recurring.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

Work = Callable[[datetime], int]
"""Takes the time and returns how many things it did; it must bear to be run twice and to be cut off."""


@dataclass(frozen=True, slots=True)
class Recurring:
    name: str
    seconds: float
    work: Work


_registered: Final[dict[str, Recurring]] = {}


def every(seconds: float, *, name: str) -> Callable[[Work], Work]:
    """Registers a function as recurring work.

    Raises:
        ValueError: other work has this name already, or the pause is not positive.
    """

    def registered(work: Work) -> Work:
        if seconds <= 0:
            raise ValueError(f"{name}: the pause must be longer than nothing")
        if name in _registered and _registered[name].work is not work:
            raise ValueError(f"{name} is registered already")
        _registered[name] = Recurring(name, seconds, work)
        return work

    return registered


def all_recurring() -> list[Recurring]:
    return sorted(_registered.values(), key=lambda recurring: recurring.name)
