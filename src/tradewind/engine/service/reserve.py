"""Time that is kept back from data sources, so that an event which has waited for them can still be decided.

Events that wait together would all be decided when their budget has ended, one after the other, and the last of
them far too late. So who comes later waits shorter: by what asking for and deciding all those before it takes. Who
comes when that takes more than half of the budget waits for nobody, and has nobody asked: hardly any answer would come
in what is left, and asking takes more than deciding, so that it would only make the others late too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SLOWNESS: Final = 0.05
"""How much the latest event counts in the running mean."""

_BESIDE_S: Final = 0.001
"""About so long an event takes besides: to be read, to ask one source, and to be answered."""


class Reserve:
    """How many events wait for data sources, and how long deciding one takes (a running mean, in seconds)."""

    def __init__(self, decided_in_s: float = 0.0005) -> None:
        self.waiting = 0
        self.decided_in_s = decided_in_s

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """While one more event waits."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    def decided(self, seconds: float) -> None:
        """An event that had waited was decided in so many seconds."""
        self.decided_in_s += _SLOWNESS * (seconds - self.decided_in_s)

    def of(self, budget_s: float) -> float:
        """What an event that begins to wait now keeps back of its budget, in seconds.

        >>> reserve = Reserve(decided_in_s=0.001)
        >>> reserve.waiting = 20
        >>> reserve.of(0.080), reserve.of(0.060)
        (0.04, 0.06)
        """
        taken_s = self.waiting * (self.decided_in_s + _BESIDE_S)
        return taken_s if taken_s <= budget_s / 2 else budget_s
