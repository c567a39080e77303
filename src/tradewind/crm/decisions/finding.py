"""What the engine found out about a draft: the verdict, the intervals behind it, and what is wanting for one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

LEAST_EFFECTIVE: Final = 100.0
"""Of decisions that are worth less than this many of the draft's own, the engine estimates nothing."""

FAR_TOO_MANY: Final = 50.0
"""So many times the decisions there are is more than anybody waits for."""


class Verdict(StrEnum):
    BETTER = "better"
    NOT_WORSE = "not worse"
    WORSE = "worse"
    NO_EVIDENCE = "not enough evidence"


class Want(StrEnum):
    """Why there is not enough evidence."""

    ANSWERS = "answers"
    """Nothing that was shown has been answered yet."""
    LIKENESS = "likeness"
    """The draft would mostly show something else than what was shown."""
    SHOWING = "showing"
    """What it would show had no chance to be shown, so more answers of the kind there are tell nothing."""
    TIME = "time"
    """More answers of the same kind would do."""
    DIFFERENCE = "difference"
    """The two are so alike that no number of answers within reach tells them apart."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share, and the interval that holds it with probability 95 %."""

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Showing:
    """How often an offer was shown, and would be shown."""

    offer: str
    shown: int
    would_be_shown: int

    @property
    def more(self) -> int:
        return self.would_be_shown - self.shown


@dataclass(frozen=True, slots=True)
class Wanting:
    """What is wanting for a verdict; `answers` is about how many more answered decisions, where more would do."""

    want: Want
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The engine's result, field by field as `docs/reference/lab.md` has it.

    Attributes:
        margin, logged, unsupported: shares, 0 to 1.
        acceptance, gain: None where nothing could be estimated.
        left_out: how many decisions tell nothing, by reason.
    """

    verdict: Verdict
    margin: float
    decisions: int
    empty: int
    ranked_by_profiles: int
    compared: int
    effective_size: float
    unsupported: float
    logged: float
    acceptance: Interval | None
    gain: Interval | None
    offers: tuple[Showing, ...]
    left_out: Mapping[str, int]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Finding:
        """Reads a result as it is kept."""
        return cls(
            verdict=Verdict(row["verdict"]),
            margin=row["margin"],
            decisions=row["decisions"],
            empty=row["empty"],
            ranked_by_profiles=row.get("ranked_by_profiles", 0),
            compared=row["compared"],
            effective_size=row["effective_size"],
            unsupported=row["unsupported"],
            logged=row["logged"],
            acceptance=_interval(row["acceptance"]),
            gain=_interval(row["gain"]),
            offers=tuple(Showing(each["offer"], each["shown"], each["would_be_shown"]) for each in row["offers"]),
            left_out=row["left_out"],
        )

    @property
    def wanting(self) -> Wanting | None:
        """What is wanting for a verdict, or None where there is one."""
        if self.verdict is not Verdict.NO_EVIDENCE:
            return None
        if not self.compared:
            return Wanting(Want.ANSWERS)
        if self.gain is None:
            return self._wanting_likeness()
        return self._wanting_width(self.gain)

    def _wanting_likeness(self) -> Wanting:
        """Worth in decisions of the draft's own grows as their number does."""
        if self.effective_size <= 0.0:
            return Wanting(Want.SHOWING)
        return _within_reach(Want.LIKENESS, self.compared, LEAST_EFFECTIVE / self.effective_size)

    def _wanting_width(self, gain: Interval) -> Wanting:
        """How much narrower the interval must be to lie on one side of the margin.

        Of its width `unsupported` is there for good: customers could have said anything to what had no chance. The
        rest shrinks with the root of the number of decisions.
        """
        middle, certain = (gain.low + gain.high) / 2.0, self.unsupported / 2.0
        distance = abs(middle + self.margin) - certain
        if distance <= 0.0 and certain > 0.0:
            return Wanting(Want.SHOWING)
        if distance <= 0.0:
            return Wanting(Want.DIFFERENCE)
        return _within_reach(Want.TIME, self.compared, ((gain.width / 2.0 - certain) / distance) ** 2)


def _within_reach(want: Want, compared: int, times: float) -> Wanting:
    if times > FAR_TOO_MANY:
        return Wanting(Want.SHOWING if want is Want.LIKENESS else Want.DIFFERENCE)
    return Wanting(want, _roughly(compared * max(times - 1.0, 0.0)))


def _roughly(number: float) -> int:
    """Rounded up to two figures: more than that is not known.

    >>> [_roughly(number) for number in (0.2, 37.0, 1234.0)]
    [1, 37, 1300]
    """
    whole = max(math.ceil(round(number, 6)), 1)
    step = int(10 ** max(len(str(whole)) - 2, 0))
    return math.ceil(whole / step) * step


def _interval(row: Mapping[str, float] | None) -> Interval | None:
    return None if row is None else Interval(row["estimate"], row["low"], row["high"])
