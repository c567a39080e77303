"""Regular expressions for `matches`, in time linear in the text whatever the pattern.

A subset of RE2 without captures, read into a nondeterministic automaton that is walked as a set of
states (Thompson 1968), so no pattern can make it slow. Look-around and back-references do not exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST: Final = 500
"""Characters in a pattern."""
MOST_STATES: Final = 2000
DEEPEST: Final = 24
MOST_REPEATS: Final = 1000

Ranges = tuple[tuple[int, int], ...]
_LAST = 0x10FFFF
_CLASSES: dict[str, Ranges] = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 10), (12, 13), (32, 32)),
}
_CONTROL = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7}
_COUNT = re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")
_HEX = re.compile(r"x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})")


class PatternError(ValueError):
    """The pattern cannot be read or asks for what is not offered; `offset` counts from 0."""

    def __init__(self, offset: int, message: str) -> None:
        self.offset = offset
        super().__init__(message)


# ---------------------------------------------------------------- the pattern as a tree


@dataclass(frozen=True, slots=True)
class _One:
    """One character out of ranges of code points."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class _Edge:
    """The beginning (`^`) or the end (`$`) of the text."""

    sign: str


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Part
    least: int
    most: int | None


_Part = _One | _Edge | _Sequence | _Choice | _Repeat


def _without(ranges: Ranges) -> Ranges:
    """Every code point outside the ranges."""
    left, found = 0, []
    for low, high in sorted(ranges):
        if low > left:
            found.append((left, low - 1))
        left = max(left, high + 1)
    return (*found, (left, _LAST)) if left <= _LAST else tuple(found)


def _folded(ranges: Ranges) -> Ranges:
    """The ranges with the other case of ASCII letters."""
    more = []
    for low, high in ranges:
        for first, shift in ((65, 32), (97, -32)):
            start, end = max(low, first), min(high, first + 25)
            if start <= end:
                more.append((start + shift, end + shift))
    return (*ranges, *more)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.depth = 0
        self.folds = False

    def read(self) -> _Part:
        if len(self.text) > LONGEST:
            raise PatternError(0, f"a pattern has at most {LONGEST} characters")
        if self.text.startswith("(?i)"):
            self.folds, self.offset = True, 4
        part = self.choice()
        if self.offset < len(self.text):
            raise PatternError(self.offset, ") closes nothing")
        return part

    @property
    def next(self) -> str:
        return self.text[self.offset : self.offset + 1]

    def accept(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.offset)
        self.offset += len(sign) if found else 0
        return found

    def choice(self) -> _Part:
        parts = [self.sequence()]
        while self.accept("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else _Choice(tuple(parts))

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.next and self.next not in "|)":
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def repeated(self, part: _Part) -> _Part:
        start = self.offset
        least, most = self.count()
        if self.offset == start:
            return part
        self.accept("?")
        if self.next and self.next in "*+?":
            raise PatternError(self.offset, f"{self.next} repeats a repetition; use a group")
        return _Repeat(part, least, most)

    def count(self) -> tuple[int, int | None]:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.accept(sign):
                return least, most
        found = _COUNT.match(self.text, self.offset)
        if found is None:
            return 1, 1
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise PatternError(self.offset, f"{found.group()} is no count up to {MOST_REPEATS}")
        self.offset = found.end()
        return least, most

    def atom(self) -> _Part:
        start = self.offset
        self.offset += 1
        match self.text[start]:
            case "(":
                return self.group(start)
            case "[":
                return self.one(self.bracket(start))
            case "\\":
                return self.one(self.escape(start))
            case ".":
                return _One(_without(((10, 10),)))
            case "^" | "$" as sign:
                return _Edge(sign)
            case "*" | "+" | "?" as sign:
                raise PatternError(start, f"there is nothing for {sign} to repeat")
            case "{" if _COUNT.match(self.text, start):
                raise PatternError(start, "there is nothing for { to repeat")
            case character:
                return self.one(((ord(character), ord(character)),))

    def one(self, ranges: Ranges) -> _One:
        return _One(_folded(ranges) if self.folds else ranges)

    def group(self, start: int) -> _Part:
        if self.next == "?" and not self.accept("?:"):
            raise PatternError(start, "of groups only (…) and (?:…) exist, and (?i) at the very beginning")
        self.depth += 1
        if self.depth > DEEPEST:
            raise PatternError(start, f"groups nest at most {DEEPEST} deep")
        part = self.choice()
        if not self.accept(")"):
            raise PatternError(start, "this ( is not closed")
        self.depth -= 1
        return part

    def escape(self, start: int) -> Ranges:
        sign = self.next
        if found := _HEX.match(self.text, self.offset):
            self.offset = found.end()
            code = int(found[1] or found[2], 16)
            if code > _LAST:
                raise PatternError(start, f"\\{found.group()} is no character")
            return ((code, code),)
        self.offset += 1
        if sign.lower() in _CLASSES:
            ranges = _CLASSES[sign.lower()]
            return _without(ranges) if sign.isupper() else ranges
        if sign in _CONTROL:
            return ((_CONTROL[sign], _CONTROL[sign]),)
        if not sign or sign.isalnum() or not sign.isascii():
            raise PatternError(start, f"\\{sign} is not offered")
        return ((ord(sign), ord(sign)),)

    def bracket(self, start: int) -> Ranges:
        negated = self.accept("^")
        found: list[tuple[int, int]] = []
        first = True
        while first or self.next != "]":
            if not self.next:
                raise PatternError(start, "this [ is not closed")
            found.extend(self.span())
            first = False
        self.offset += 1
        ranges = tuple(found)
        if not negated:
            return ranges
        return _without(_folded(ranges) if self.folds else ranges)

    def span(self) -> Ranges:
        start = self.offset
        low = self.member()
        if self.next != "-" or self.text[self.offset + 1 : self.offset + 2] in {"]", ""}:
            return low
        self.offset += 1
        high = self.member()
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
            raise PatternError(start, "a range needs one character on either side")
        if high[0][0] < low[0][0]:
            raise PatternError(start, f"the range {self.text[start : self.offset]} runs backwards")
        return ((low[0][0], high[0][0]),)

    def member(self) -> Ranges:
        start = self.offset
        if self.text.startswith("[:", start) or not self.next:
            raise PatternError(start, "named classes such as [:alpha:] are not offered")
        self.offset += 1
        character = self.text[start]
        return self.escape(start) if character == "\\" else ((ord(character), ord(character)),)


# ---------------------------------------------------------------- the automaton


@dataclass(frozen=True, slots=True)
class _State:
    """`ranges` and one `after`: reads a character. `edge` and one `after`: stands only there. Else a fork."""

    after: tuple[int, ...]
    ranges: Ranges | None = None
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

    def build(self, part: _Part, after: int) -> int:
        match part:
            case _One(ranges=ranges):
                return self.add(_State((after,), ranges=ranges))
            case _Edge(sign=sign):
                return self.add(_State((after,), edge=sign))
            case _Sequence(parts=parts):
                for one in reversed(parts):
                    after = self.build(one, after)
                return after
            case _Choice(parts=parts):
                return self.add(_State(tuple(self.build(one, after) for one in parts)))
            case _Repeat():
                return self.repeat(part, after)

    def repeat(self, part: _Repeat, after: int) -> int:
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


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; state 0 accepts."""

    states: tuple[_State, ...]
    start: int

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere in the text.

        >>> compile_pattern("^(a|b)+c$").search("ababc"), compile_pattern("b.d").search("abc")
        (True, False)
        """
        current = self._reached({self.start}, at_start=True, at_end=not text)
        last = len(text) - 1
        for offset, character in enumerate(text):
            if 0 in current:
                return True
            code = ord(character)
            moved = {self.states[state].after[0] for state in current if self._reads(state, code)}
            current = self._reached(moved | {self.start}, at_start=False, at_end=offset == last)
        return 0 in current

    def _reads(self, state: int, code: int) -> bool:
        ranges = self.states[state].ranges
        return ranges is not None and any(low <= code <= high for low, high in ranges)

    def _reached(self, begin: set[int], *, at_start: bool, at_end: bool) -> set[int]:
        found: set[int] = set()
        stack = list(begin)
        while stack:
            number = stack.pop()
            if number in found:
                continue
            found.add(number)
            state = self.states[number]
            blocked = (state.edge == "^" and not at_start) or (state.edge == "$" and not at_end)
            if state.ranges is None and not blocked:
                stack.extend(state.after)
        return found


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> Pattern:
    """A pattern ready to search with. Raises PatternError (a ValueError) with the offset of the fault."""
    part = _Reader(text).read()
    builder = _Builder()
    start = builder.build(part, 0)
    return Pattern(tuple(builder.states), start)
