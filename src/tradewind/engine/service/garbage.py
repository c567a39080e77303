"""Python's garbage collector over a large state: it looks for cycles only, and requests make hardly any."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = 20_000
"""Objects made, less those let go, between two rounds."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: facts make no cycles, and each round would walk all that was folded."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def settle_garbage() -> None:
    """Leave what has been built by now out of the rounds, and let the collector walk less often: a round over a large
    state stops every call."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)
