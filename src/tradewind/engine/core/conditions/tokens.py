"""From text to tokens. Nothing here raises: what cannot be read becomes a fault and is stepped over."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from tradewind.engine.core.conditions.faults import ConditionFault, Place
from tradewind.engine.core.conditions.literals import read_number, unescape

LITERAL_WORDS = frozenset({"true", "false", "null", "in"})
"""Words that can be no name at all."""

RESERVED_WORDS = LITERAL_WORDS | {
    *("as", "break", "const", "continue", "else", "for", "function", "if", "import"),
    *("let", "loop", "package", "namespace", "return", "var", "void", "while"),
}
"""Words that CEL keeps for itself: no condition group may be called like this."""

_SPACE = re.compile(r"(?:[ \t\r\n\f]+|//[^\n]*)+")
_QUOTE = re.compile(r"""(?P<prefix>[rRbB]{0,2})(?P<quote>\"{3}|'{3}|"|')""")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CURLY = re.compile("[“”„][^“”„\"\r\n]*[“”\"]|[‘’‚][^‘’‚'\r\n]*[‘’']")
_SIGN = re.compile(r"&&|\|\||[=!<>]=|[-+*/%!?:.,<>()\[\]]")
_BODIES = {
    (quote, raw): re.compile(
        {
            ('"', False): r'((?:[^"\\\r\n]|\\.)*)"',
            ("'", False): r"((?:[^'\\\r\n]|\\.)*)'",
            ('"', True): r'([^"\r\n]*)"',
            ("'", True): r"([^'\r\n]*)'",
            ('"""', False): r'((?:[^\\]|\\.)*?)"""',
            ("'''", False): r"((?:[^\\]|\\.)*?)'''",
            ('"""', True): r'(.*?)"""',
            ("'''", True): r"(.*?)'''",
        }[quote, raw],
        re.DOTALL if len(quote) == 3 else 0,
    )
    for quote in ('"', "'", '"""', "'''")
    for raw in (False, True)
}
_MEANT = {"=": "==", "&": "&&", "|": "||", "≥": ">=", "≤": "<=", "≠": "!="}
_HINTS = {
    "“": 'use straight quotes, "',
    "”": 'use straight quotes, "',
    "„": 'use straight quotes, "',
    "‚": "use straight quotes, '",
    "‘": "use straight quotes, '",
    "’": "use straight quotes, '",
    "{": "records are not part of conditions",
    "}": "records are not part of conditions",
    ";": "a condition is one expression",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is name, number, text, sign, end, or unread where the reader has reported a fault already.

    `nesting` counts the brackets open around it.
    """

    kind: str
    text: str
    at: Place
    nesting: int
    value: float | str | None = None

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs; a text that only looks like one is not."""
        return self.kind == "sign" and self.text in signs

    @property
    def described(self) -> str:
        """The token as a message names it, cut at 40 characters."""
        return "the end" if self.kind == "end" else self.text if len(self.text) <= 40 else f"{self.text[:40]}…"


def tokenize(text: str) -> tuple[list[Token], list[ConditionFault]]:
    """Every token, an `end` token last, and every fault of the spelling."""
    reader = _Reader(text)
    reader.read()
    return reader.tokens, reader.faults


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.faults: list[ConditionFault] = []
        self.nesting = 0
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return Place(line, offset - self._lines[line - 1] + 1)

    def fault(self, offset: int, message: str, code: str = "syntax") -> None:
        self.faults.append(ConditionFault.at(self.place(offset), code, message))

    def read(self) -> None:
        offset = 0
        while offset < len(self.text):
            space = _SPACE.match(self.text, offset)
            offset = space.end() if space else self._token(offset)
        self._add("end", offset, offset)

    def _token(self, offset: int) -> int:
        if found := _QUOTE.match(self.text, offset):
            return self._text(found)
        if found := _NUMBER.match(self.text, offset):
            return self._number(found)
        if found := _NAME.match(self.text, offset):
            return self._add("name", offset, found.end())
        if found := _SIGN.match(self.text, offset):
            return self._sign(found)
        return self._unexpected(offset)

    def _unexpected(self, offset: int) -> int:
        character = self.text[offset]
        if meant := _MEANT.get(character):
            self.fault(offset, f"{character} is no operator; write {meant}")
            self.tokens.append(Token("sign", meant, self.place(offset), self.nesting))
            return offset + 1
        self.fault(offset, _complaint(character))
        if found := _CURLY.match(self.text, offset):
            return self._add("unread", offset, found.end())
        return offset + 1

    def _add(self, kind: str, start: int, end: int, value: float | str | None = None) -> int:
        self.tokens.append(Token(kind, self.text[start:end], self.place(start), self.nesting, value))
        return end

    def _sign(self, found: re.Match[str]) -> int:
        if found.group() in {")", "]"}:
            self.nesting -= 1
        end = self._add("sign", found.start(), found.end())
        if found.group() in {"(", "["}:
            self.nesting += 1
        return end

    def _number(self, found: re.Match[str]) -> int:
        value = 0.0
        try:
            value = read_number(found.group())
        except ValueError as error:
            self.fault(found.start(), str(error), "number_out_of_range")
        end = self._add("number", found.start(), found.end(), value)
        if stray := _NAME.match(self.text, end):
            self.fault(end, f"{stray.group()} cannot follow a number directly")
            return stray.end()
        return end

    def _text(self, found: re.Match[str]) -> int:
        prefix, quote = found["prefix"].lower(), found["quote"]
        if "b" in prefix or prefix == "rr":
            self.fault(found.start(), f"{prefix}{quote} is not part of conditions; texts are written in plain quotes")
        raw = "r" in prefix
        body = _BODIES[quote, raw].match(self.text, found.end())
        if body is None:
            self.fault(found.start(), f"the text that begins here has no closing {quote}")
            line_end = self.text.find("\n", found.end())
            end = len(self.text) if line_end < 0 or len(quote) == 3 else line_end
            return self._add("unread", found.start(), end)
        value = body[1] if raw else unescape(body[1], lambda at, message: self.fault(found.end() + at, message))
        if lone := re.search("[\ud800-\udfff]", value):
            self.fault(found.end(), f"U+{ord(lone.group()):04X} is half a character")
        return self._add("text", found.start(), body.end(), value)


def _complaint(character: str) -> str:
    if hint := _HINTS.get(character):
        return f"{character} is not expected; {hint}"
    if character.isprintable():
        return f"{character} is not expected here"
    name = unicodedata.name(character, "a character that cannot be seen").lower()
    return f"U+{ord(character):04X} ({name}) is not expected here"
