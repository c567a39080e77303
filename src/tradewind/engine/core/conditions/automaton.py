"""Searching with a pattern in time linear in the text, whatever the pattern.

The tree of the pattern becomes a nondeterministic automaton that is walked as a set of states
(Thompson 1968); sets that were met before are remembered, as a lazily built deterministic automaton.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tradewind.engine.core.conditions.patterns import (
    Choice,
    Edge,
    One,
    Part,
    PatternError,
    Ranges,
    Reading,
    Repeat,
    Sequence,
    read_pattern,
)

MOST_STATES: Final = 1000
MOST_REMEMBERED: Final = 4000
"""Steps a pattern remembers before it forgets them all."""

States = frozenset[int]
_ACCEPTS: Final = 0


@dataclass(frozen=True, slots=True)
class _State:
    """`reads`: goes on after a character. `edge`: goes on only there. Else a fork that goes on everywhere."""

    after: tuple[int, ...]
    reads: One | None = None
    edge: str = ""


class _Builder:
    """Builds backwards: every part is given the state that follows it and returns where it begins."""

    def __init__(self) -> None:
        self.states = [_State(())]

    def add(self, state: _State) -> int:
        if len(self.states) >= MOST_STATES:
            raise PatternError(0, "this pattern is too large; repeat fewer times")
        self.states.append(state)
        return len(self.states) - 1

    def build(self, part: Part, after: int) -> int:
        match part:
            case One():
                return self.add(_State((after,), reads=part))
            case Edge(sign=sign):
                return self.add(_State((after,), edge=sign))
            case Sequence(parts=parts):
                for one in reversed(parts):
                    after = self.build(one, after)
                return after
            case Choice(parts=parts):
                return self.add(_State(tuple(self.build(one, after) for one in parts)))
            case Repeat():
                return self.repeat(part, after)

    def repeat(self, part: Repeat, after: int) -> int:
        if part.most is None:
            fork = self.add(_State(()))
            self.states[fork] = _State((self.build(part.part, fork), after))
            after = fork
        else:
            end = after
            for _ in range(part.most - part.least):
                after = self.add(_State((self.build(part.part, after), end)))
        for _ in range(part.least):
            after = self.build(part.part, after)
        return after


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A compiled pattern. What it remembers is only a faster way to the same answer."""

    states: tuple[_State, ...]
    start: int
    folds: bool
    _steps: dict[tuple[States, str], States] = field(default_factory=dict, repr=False)

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere in the text.

        >>> compile_pattern("^(a|b)+c$").search("ababc"), compile_pattern("b.d").search("abc")
        (True, False)
        """
        current = self._reached((self.start,), at_start=True)
        for character in text:
            if _ACCEPTS in current:
                return True
            current = self._steps.get((current, character)) or self._step(current, character)
        return _ACCEPTS in self._reached(current, at_start=not text, at_end=True)

    def _step(self, current: States, character: str) -> States:
        codes = _codes(character) if self.folds else (ord(character),)
        moved = (self.states[state].after[0] for state in current if self._reads(state, codes))
        found = self._reached((*moved, self.start))
        if len(self._steps) >= MOST_REMEMBERED:
            self._steps.clear()
        self._steps[current, character] = found
        return found

    def _reads(self, state: int, codes: Iterable[int]) -> bool:
        reads = self.states[state].reads
        return reads is not None and any(_within(code, reads.ranges) for code in codes) != reads.negated

    def _reached(self, begin: Iterable[int], *, at_start: bool = False, at_end: bool = False) -> States:
        """The states that can be reached from these without reading."""
        found: set[int] = set()
        stack = list(begin)
        while stack:
            number = stack.pop()
            if number in found:
                continue
            found.add(number)
            state = self.states[number]
            blocked = (state.edge == "^" and not at_start) or (state.edge == "$" and not at_end)
            if state.reads is None and not blocked:
                stack.extend(state.after)
        return frozenset(found)


def _within(code: int, ranges: Ranges) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _codes(character: str) -> tuple[int, ...]:
    """A character in both cases, as far as they are single characters."""
    return tuple(ord(one) for one in {character, character.lower(), character.upper()} if len(one) == 1)


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> Pattern:
    """A pattern ready to search with. Raises PatternError (a ValueError) with the offset of the fault."""
    reading: Reading = read_pattern(text)
    builder = _Builder()
    start = builder.build(reading.part, _ACCEPTS)
    return Pattern(tuple(builder.states), start, reading.folds)
