"""Which type is a column of texts? A number, a boolean, or a category; and what of it is missing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tradewind.engine.lab.problems import MOST_VALUES, Attribute, Value

MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
"""Texts that stand for a missing value, in lower case."""

_TRUTHS: Final[tuple[Mapping[str, bool], ...]] = (
    {"true": True, "false": False},
    {"yes": True, "no": False},
    {"t": True, "f": False},
    {"y": True, "n": False},
    {"1": True, "0": False},
)


def attribute_of(name: str, column: Sequence[str]) -> Attribute:
    """The attribute that a column's texts are the values of.

    >>> attribute_of("age", ["31", "", "58"])
    Attribute(name='age', type='number', least=31.0, most=58.0, values=())
    >>> attribute_of("plan", ["basic", "gold", "basic", "NA"]).values
    ('basic', 'gold')
    >>> attribute_of("has fibre", ["No", "yes", "?"]).type
    'boolean'
    """
    known = Counter(text for text in column if text.lower() not in MISSING)
    lower = {text.lower() for text in known}
    if lower and any(lower <= truths.keys() for truths in _TRUTHS):
        return Attribute(name, "boolean")
    numbers = [_number(text) for text in known]
    if numbers and all(number is not None for number in numbers):
        finite = [number for number in numbers if number is not None]
        return Attribute(name, "number", min(finite), max(finite))
    values = sorted(known, key=lambda text: (-known[text], text))
    return Attribute(name, "category", values=tuple(values[:MOST_VALUES]))


def reader_of(attribute: Attribute) -> Callable[[str], Value]:
    """How the texts of its column are read."""
    match attribute.type:
        case "number":
            return _number
        case "boolean":
            return _truth
        case "category":
            return _text


def _number(text: str) -> float | None:
    if text.lower() in MISSING or "_" in text:  # Python would read 2024_01 as 202401
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _truth(text: str) -> bool | None:
    return next((truths[text.lower()] for truths in _TRUTHS if text.lower() in truths), None)


def _text(text: str) -> str | None:
    return None if text.lower() in MISSING else text
