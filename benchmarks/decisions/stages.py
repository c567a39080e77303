"""Which part of a decision takes how much of its time: each is timed where `decide` calls it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final
from unittest.mock import patch

import numpy as np

from benchmarks.decisions import process, world
from benchmarks.results import Figure, keep
from tradewind.engine.core import decide as module
from tradewind.engine.core.conditions import Rules

PERCENT: Final = "%"

PARTS: Final[dict[str, tuple[tuple[Any, str], ...]]] = {
    "conditions": ((Rules, "read"),),
    "contact_policies": ((module, "hold"),),
    "stages": ((module, "sift"),),
    "predictors": ((module, "weighed"),),
    "ranking": ((module, "arbitrate"),),
    "texts": ((module, "_word"),),
}
"""Who does each part. The stages evaluate the conditions, whose time is taken out of theirs."""


def measure(offers: int, *, rounds: int = 400) -> dict[str, float]:
    """Per cent of each part, medians over the decisions; what is left over is `rest`."""
    lived = process.live(world.publication(offers))
    spent: dict[str, list[float]] = {part: [] for part in PARTS}
    whole = []
    with ExitStack() as stack:
        clocks = {part: _Clock() for part in PARTS}
        for part, places in PARTS.items():
            for owner, name in places:
                stack.enter_context(patch.object(owner, name, clocks[part].timing(getattr(owner, name))))
        for index in range(rounds):
            began = time.perf_counter()
            lived.decide(index)
            whole.append(time.perf_counter() - began)
            for part, clock in clocks.items():
                spent[part].append(clock.taken())
    shares = {part: float(100 * np.median(taken) / np.median(whole)) for part, taken in spent.items()}
    shares["stages"] -= shares["conditions"]
    shares["rest"] = 100 - sum(shares.values())
    for part, share in shares.items():
        keep(Figure(name=f"decide.share.{part}.offers={offers}", value=round(share, 1), unit=PERCENT))
    return shares


class _Clock:
    """Seconds spent in some functions since they were last asked for."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def timing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._seconds += time.perf_counter() - began

        return timed

    def taken(self) -> float:
        seconds, self._seconds = self._seconds, 0.0
        return seconds
