"""What is wrong with a condition, and where: faults are values, positions count from 1."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in the text of a condition; line and column count from 1, columns in code points."""

    line: int
    column: int


START = Place(1, 1)

_LIKELY: Final = 12
_LONGEST_WORD: Final = 100


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """One thing wrong with a condition: a code for programs, a message for people, and where it is."""

    code: str
    message: str
    line: int
    column: int

    @classmethod
    def at(cls, place: Place, code: str, message: str) -> ConditionFault:
        """The fault at a place in the text."""
        return cls(code=code, message=message, line=place.line, column=place.column)


class ConditionError(ValueError):
    """A text is not a condition; `faults` holds every fault found, in order of position."""

    def __init__(self, faults: Iterable[ConditionFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.line}:{fault.column} {fault.message}" for fault in self.faults))


def in_order(faults: Iterable[ConditionFault]) -> tuple[ConditionFault, ...]:
    """Faults by position, each said once."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column, fault.code)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is written most like this one, or None when none is near.

    Only the few that share most pairs of letters with it are compared closely, which is what takes time.
    """
    folded = {name.casefold(): name for name in known}
    word = word.casefold()[:_LONGEST_WORD]
    pairs = _pairs(word)
    likely = heapq.nlargest(_LIKELY, folded, key=lambda name: (len(pairs & _pairs(name)), -abs(len(name) - len(word))))
    near = difflib.get_close_matches(word, likely, n=1, cutoff=0.72)
    return folded[near[0]] if near else None


@lru_cache(maxsize=4096)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(map(str.__add__, f" {word}", f"{word} "))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message: the nearest known word, or nothing when none is near.

    >>> did_you_mean("tenure_month", ["tenure_months", "reason"])
    '; did you mean tenure_months?'
    """
    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""
