"""REST: strict JSON, looked up by JSONPath (RFC 9535)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

import jsonpath_rfc9535

from tradewind.engine.sources.charsets import Unreadable, text_of

MOST_DEPTH: Final = 64

_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_STRING: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_SINGULAR: Final = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\['[^'\\]+'\]|\[(?:0|[1-9][0-9]{0,8})\])*", re.ASCII)
_STEP: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['([^'\\]+)'\]|\[([0-9]+)\]", re.ASCII)
_CALL: Final = re.compile(r"\b(match|search)\s*\(", re.ASCII)

type Finder = Callable[[Any], list[Any]]
"""From a document to the values of all nodes found, in order."""


class BadPath(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A JSONPath that does not read, or that could take too long over a large answer."""


def read_json(body: bytes, charset: str) -> Any:
    """The value of a JSON text: no NaN, no infinity, no key twice, not too deep.

    Raises:
        Unreadable: it is anything else.
    """
    text = text_of(body, charset)
    if text.count("{") + text.count("[") > MOST_DEPTH and _is_deep(text):
        raise Unreadable(f"more than {MOST_DEPTH} levels deep")
    try:
        return _decode(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not strict JSON") from error


def finder(path: str) -> Finder:
    """Compile a JSONPath.

    At most one descendant segment (`..`), one filter (`?`) and no regular expressions: whatever a source
    answers, looking through it takes time in proportion to its size.

    Raises:
        BadPath: it does not read, or it has more of these.
    """
    if _SINGULAR.fullmatch(path):
        return _straight([key or name or int(index) for name, key, index in _STEP.findall(path)])
    try:
        query = jsonpath_rfc9535.compile(path)
    except (jsonpath_rfc9535.JSONPathError, ValueError, OverflowError, RecursionError) as error:
        raise BadPath(f"no JSONPath: {error.args[0] if error.args else path}") from error
    bare = _STRING.sub("", path)
    if bare.count("..") > 1 or bare.count("?") > 1 or _CALL.search(bare):
        raise BadPath("at most one .. and one filter, and neither match() nor search()")

    def find(document: Any) -> list[Any]:
        return list(query.find(document).values())

    return find


def _straight(steps: list[str | int]) -> Finder:
    """The usual path, by names and indices only, walked without the library."""

    def find(document: Any) -> list[Any]:
        for step in steps:
            if not _has(document, step):
                return []
            document = document[step]
        return [document]

    return find


def _has(document: Any, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(document, dict) and step in document
    return isinstance(document, list) and step < len(document)


def _is_deep(text: str) -> bool:
    """Whether anything lies deeper than it may; what comes behind that is not looked at."""
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                return True
        elif mark in "]}":
            depth -= 1
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


_decode: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refused, parse_float=_finite).decode
