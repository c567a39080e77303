"""Condition groups as filled for one customer now: flat, typed, and honest about what is missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from tradewind.engine import wire

BINS = 16
"""The most bins an attribute may have: what history keeps in the clear is coarse."""

LEARNABLE = frozenset({"number", "category", "boolean"})

_THRESHOLDS = (0.0, *(float(2**power) for power in range(14)))


@dataclass(frozen=True, slots=True)
class Context:
    """The known values, keyed `group.attribute`: doubles, texts, booleans, instants with a zone, tuples of texts."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of `names` that have no value."""
        return tuple(name for name in names if name not in self.values)


@dataclass(frozen=True, slots=True)
class Filled:
    """What `fill` made: a context, and every value that was wrong (then the call is refused)."""

    context: Context
    faults: list[wire.Fault]


def declared(groups: Sequence[wire.ConditionGroup]) -> dict[str, wire.Attribute]:
    """Every attribute by its full name `group.attribute`."""
    return {f"{group.name}.{attribute.name}": attribute for group in groups for attribute in group.attributes}


def fill(attributes: Mapping[str, Any], known: Mapping[str, wire.Attribute], path: str = "/attributes") -> Filled:
    """Type the attributes of an event call; `known` comes from `declared`, null counts as missing.

    A name that is not declared, a wrong type, a number out of its range and a value that is not listed are faults.
    """
    values: dict[str, Any] = {}
    faults: list[wire.Fault] = []
    for name, value in attributes.items():
        attribute = known.get(name)
        if attribute is None:
            faults.append(_fault(path, name, "unknown_attribute", f"no condition group declares {name}"))
        elif value is not None:
            try:
                values[name] = _typed(value, attribute)
            except _Wrong as wrong:
                faults.append(_fault(path, name, wrong.code, str(wrong)))
    return Filled(context=Context(values), faults=faults)


def typed(value: Any, attribute: wire.Attribute) -> Any | None:
    """The value as conditions want it, by the rules of `fill`; None where it is null or does not fit."""
    if value is None:
        return None
    try:
        return _typed(value, attribute)
    except _Wrong:
        return None


def bins(context: Context, known: Mapping[str, wire.Attribute]) -> dict[str, int]:
    """The bin, 0 to 15, of each known value that may be learnt from: predictive, not sensitive, of a learnable type.

    Numbers with a declared range have 16 equal bins, others powers of two; categories their place in the list.
    """
    return {
        name: _bin(value, attribute) for name, value in context.values.items() if learnt_from(attribute := known[name])
    }


def learnt_from(attribute: wire.Attribute) -> bool:
    """Whether predictors may see this attribute."""
    return attribute.predictive and not attribute.sensitive and attribute.type in LEARNABLE


class _Wrong(ValueError):  # noqa: N818 - a refusal, named for what happened
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _fault(path: str, name: str, code: str, message: str) -> wire.Fault:
    pointer = name.replace("~", "~0").replace("/", "~1")
    return wire.Fault(path=f"{path}/{pointer}", code=code, message=message)


def _typed(value: Any, attribute: wire.Attribute) -> Any:
    match attribute.type:
        case "number":
            return _number(value, attribute)
        case "boolean" if isinstance(value, bool):
            return value
        case "category" | "text" if isinstance(value, str):
            return _listed(value, attribute)
        case "instant" if isinstance(value, str):
            return _instant(value)
        case "list" if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(_listed(item, attribute) for item in value)
    raise _Wrong("wrong_type", f"expected {_EXPECTED[attribute.type]}")


_EXPECTED = {
    "number": "a number",
    "boolean": "true or false",
    "category": "a text",
    "text": "a text",
    "instant": "an instant with an offset, such as 2026-03-01T09:30:00Z",
    "list": "a list of texts",
}


def _number(value: Any, attribute: wire.Attribute) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong("wrong_type", "expected a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _Wrong("out_of_range", "not a finite number")
    if attribute.min is not None and number < attribute.min:
        raise _Wrong("out_of_range", f"below the least, {attribute.min:g}")
    if attribute.max is not None and number > attribute.max:
        raise _Wrong("out_of_range", f"above the most, {attribute.max:g}")
    return number + 0.0


def _listed(value: str, attribute: wire.Attribute) -> str:
    if attribute.values and value not in attribute.values:
        raise _Wrong("unknown_value", f"not one of {', '.join(attribute.values[:20])}")
    return value


def _instant(value: str) -> datetime:
    try:
        instant = msgspec.convert(value, datetime)
    except msgspec.ValidationError as error:
        raise _Wrong("wrong_type", f"expected {_EXPECTED['instant']}") from error
    if instant.tzinfo is None:
        raise _Wrong("wrong_type", f"expected {_EXPECTED['instant']}")
    return instant


def _bin(value: Any, attribute: wire.Attribute) -> int:
    match value:
        case bool():
            return int(value)
        case float():
            return _number_bin(value, attribute)
        case str() if attribute.values:
            return min(attribute.values.index(value), BINS - 1)
        case _:
            return blake2b(str(value).encode(), digest_size=1).digest()[0] % BINS


def _number_bin(value: float, attribute: wire.Attribute) -> int:
    if attribute.min is None or attribute.max is None:
        return sum(value >= threshold for threshold in _THRESHOLDS)
    width = attribute.max / 2 - attribute.min / 2  # halves, since the whole width may be too large for a double
    return min(int((value / 2 - attribute.min / 2) / width * BINS), BINS - 1) if width > 0 else 0
