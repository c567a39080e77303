"""The breaker: a source that keeps failing is left alone for a while, then tried with a single call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

FAILURES: Final = 5
"""So many failures in a row open it."""

FIRST_REST_S: Final = 1.0
LONGEST_REST_S: Final = 30.0


class Breaker:
    """Closed: calls pass. Open: none does. Half open, after the rest: one probe passes and decides.

    Each probe that fails doubles the rest, up to the longest.
    """

    def __init__(self, clock: Callable[[], float], *, failures: int = FAILURES) -> None:
        self._clock = clock
        self._most = failures
        self._failed = 0
        self._rest_s = FIRST_REST_S
        self._opens_until: float | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether the source is left alone (a probe may be under way)."""
        return self._opens_until is not None

    @property
    def is_resting(self) -> bool:
        """Whether a call would not be admitted now."""
        return self._opens_until is not None and (self._is_probing or self._clock() < self._opens_until)

    def admit(self) -> bool:
        """Whether a call may be made; every call admitted must end in `succeeded`, `failed` or `abandoned`."""
        if self.is_resting:
            return False
        self._is_probing = self.is_open
        return True

    def succeeded(self) -> None:
        """The source answered."""
        self._failed = 0
        self._rest_s = FIRST_REST_S
        self._opens_until = None
        self._is_probing = False

    def failed(self) -> None:
        """The source was late, down or wrong."""
        self._failed += 1
        if self._is_probing:
            self._rest_s = min(self._rest_s * 2, LONGEST_REST_S)
        if self._is_probing or (self._opens_until is None and self._failed >= self._most):
            self._opens_until = self._clock() + self._rest_s
            self._is_probing = False

    def abandoned(self) -> None:
        """The call never reached the source, or was given up too soon: nothing is known."""
        self._is_probing = False
