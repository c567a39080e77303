"""Regular expressions for `matches` as trees: a subset of RE2 without captures.

Look-around and back-references do not exist, so that `automaton` can search in linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 500
"""Characters in a pattern."""
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
class One:
    """One character out of ranges of code points, or with `negated` one outside them."""

    ranges: Ranges
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning (`^`) or the end (`$`) of the text."""

    sign: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the parts."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `least` to `most` times; None is without end."""

    part: Part
    least: int
    most: int | None


Part = One | Edge | Sequence | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Reading:
    """A pattern as it was read; with `folds` upper and lower case are the same."""

    part: Part
    folds: bool


def _without(ranges: Ranges) -> Ranges:
    """Every code point outside the ranges."""
    left, found = 0, []
    for low, high in sorted(ranges):
        if low > left:
            found.append((left, low - 1))
        left = max(left, high + 1)
    return (*found, (left, _LAST)) if left <= _LAST else tuple(found)


def read_pattern(text: str) -> Reading:
    """The tree of a pattern. Raises PatternError (a ValueError) with the offset of the fault."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.depth = 0
        self.folds = False

    def read(self) -> Reading:
        if len(self.text) > LONGEST:
            raise PatternError(0, f"a pattern has at most {LONGEST} characters")
        if self.text.startswith("(?i)"):
            self.folds, self.offset = True, 4
        part = self.choice()
        if self.offset < len(self.text):
            raise PatternError(self.offset, ") closes nothing")
        return Reading(part, self.folds)

    @property
    def next(self) -> str:
        return self.text[self.offset : self.offset + 1]

    def accept(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.offset)
        self.offset += len(sign) if found else 0
        return found

    def choice(self) -> Part:
        parts = [self.sequence()]
        while self.accept("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.next and self.next not in "|)":
            parts.append(self.repeated(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, part: Part) -> Part:
        start = self.offset
        least, most = self.count()
        if self.offset == start:
            return part
        self.accept("?")
        if self.next and self.next in "*+?":
            raise PatternError(self.offset, f"{self.next} repeats a repetition; use a group")
        return Repeat(part, least, most)

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

    def atom(self) -> Part:
        start = self.offset
        self.offset += 1
        match self.text[start]:
            case "(":
                return self.group(start)
            case "[":
                return self.bracket(start)
            case "\\":
                return One(self.escape(start))
            case ".":
                return One(((10, 10),), negated=True)
            case "^" | "$" as sign:
                return Edge(sign)
            case "*" | "+" | "?" as sign:
                raise PatternError(start, f"there is nothing for {sign} to repeat")
            case "{" if _COUNT.match(self.text, start):
                raise PatternError(start, "there is nothing for { to repeat")
            case character:
                return One(((ord(character), ord(character)),))

    def group(self, start: int) -> Part:
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

    def bracket(self, start: int) -> Part:
        negated = self.accept("^")
        found: list[tuple[int, int]] = []
        first = True
        while first or self.next != "]":
            if not self.next:
                raise PatternError(start, "this [ is not closed")
            found.extend(self.span())
            first = False
        self.offset += 1
        return One(tuple(found), negated=negated)

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
