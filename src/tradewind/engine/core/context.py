"""Condition groups as filled for one customer now: flat, typed, and honest about what is missing."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Annotated, Any, Literal, TypedDict

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.kernels.binning import BINS
from tradewind.engine.core.pointers import pointer

MOST_LETTERS = 16_384
"""The longest text. A session passes on what it knows with every event, so nothing in it may grow without end."""

MOST_ITEMS = 1_000
"""The longest list."""

LEARNABLE = frozenset({"number", "category", "boolean"})

_THRESHOLDS = (0.0, *(float(2**power) for power in range(14)))


class Context(msgspec.Struct, frozen=True, gc=False):
    """The known values, keyed `group.attribute`: doubles, texts, booleans, instants with a zone, tuples of texts."""

    values: Mapping[str, Any] = {}

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of `names` that have no value."""
        return tuple(name for name in names if name not in self.values)


class Filled(msgspec.Struct, frozen=True, gc=False):
    """What `fill` made: a context, and every value that was wrong (then the call is refused)."""

    context: Context
    faults: list[wire.Fault]


class Declared(dict[str, wire.Attribute]):
    """Every attribute by its full name `group.attribute`, and what is made of them once for all calls."""

    @cached_property
    def wanted(self) -> Any:
        """The type that values which nothing is wrong with fit into; null stands for missing."""
        return TypedDict("Wanted", {name: _type(attribute) | None for name, attribute in self.items()}, total=False)  # type: ignore[operator]  # known only here

    @cached_property
    def binning(self) -> dict[str, Callable[[Any], int]]:
        """How each attribute that may be learnt from is put into a bin."""
        return {name: _binning(attribute) for name, attribute in self.items() if learnt_from(attribute)}


def declared(groups: Sequence[wire.ConditionGroup]) -> Declared:
    """Every attribute by its full name `group.attribute`."""
    return Declared((f"{group.name}.{attribute.name}", attribute) for group in groups for attribute in group.attributes)


def fill(attributes: Mapping[str, Any], known: Mapping[str, wire.Attribute], path: str = "/attributes") -> Filled:
    """Type the attributes of an event call; `known` comes from `declared`, null counts as missing.

    A name that is not declared, a wrong type, a number out of its range, a value that is not listed and one that is
    too long are faults.
    """
    values = _quickly(attributes, _made(known))
    if values is not None:
        return Filled(context=Context(values), faults=[])
    values = {}
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


def _made(known: Mapping[str, wire.Attribute]) -> Declared:
    return known if isinstance(known, Declared) else Declared(known)


def _quickly(attributes: Mapping[str, Any], known: Declared) -> dict[str, Any] | None:
    """The typed values in one go, or None where anything is wrong with any of them."""
    try:
        values: dict[str, Any] = msgspec.convert(attributes, known.wanted)
    except (msgspec.ValidationError, OverflowError):
        return None
    if len(values) < len(attributes):
        return None
    if None in values.values():
        values = {name: value for name, value in values.items() if value is not None}
    if 0.0 in values.values():  # -0.0 is 0.0 here
        values = {name: value + 0.0 if type(value) is float else value for name, value in values.items()}
    return values


def bins(context: Context, known: Mapping[str, wire.Attribute]) -> dict[str, int]:
    """The bin, 0 to 15, of each known value that may be learnt from: predictive, not sensitive, of a learnable type.

    Numbers with a declared range have 16 equal bins, others powers of two; categories their place in the list.
    """
    binning = _made(known).binning
    return {name: binning[name](value) for name, value in context.values.items() if name in binning}


def learnt_from(attribute: wire.Attribute) -> bool:
    """Whether predictors may see this attribute."""
    return attribute.predictive and not attribute.sensitive and attribute.type in LEARNABLE


class _Wrong(ValueError):  # noqa: N818 - a refusal, named for what happened
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _fault(path: str, name: str, code: str, message: str) -> wire.Fault:
    return wire.Fault(path=pointer(path, name), code=code, message=message)


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
            if len(value) > MOST_ITEMS:
                raise _Wrong("too_long", f"has more than {MOST_ITEMS:,} items")
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
    if attribute.values:
        if value not in attribute.values:
            raise _Wrong("unknown_value", f"not one of {', '.join(attribute.values[:20])}")
    elif len(value) > MOST_LETTERS:
        raise _Wrong("too_long", f"has more than {MOST_LETTERS:,} letters")
    return value


def _instant(value: str) -> datetime:
    try:
        instant = msgspec.convert(value, datetime)
    except msgspec.ValidationError as error:
        raise _Wrong("wrong_type", f"expected {_EXPECTED['instant']}") from error
    if instant.tzinfo is None:
        raise _Wrong("wrong_type", f"expected {_EXPECTED['instant']}")
    return instant


def _type(attribute: wire.Attribute) -> Any:
    """What a value of this attribute is converted to."""
    short = Annotated[str, msgspec.Meta(max_length=MOST_LETTERS)]
    text: Any = Literal[tuple(attribute.values)] if attribute.values else short
    match attribute.type:
        case "number":
            return Annotated[float, msgspec.Meta(ge=attribute.min, le=attribute.max)]
        case "boolean":
            return bool
        case "instant":
            return Annotated[datetime, msgspec.Meta(tz=True)]
        case "list":
            return Annotated[tuple[text, ...], msgspec.Meta(max_length=MOST_ITEMS)]
    return text


def _binning(attribute: wire.Attribute) -> Callable[[Any], int]:
    match attribute.type:
        case "boolean":
            return int
        case "number":
            return _number_binning(attribute.min, attribute.max)
        case _ if attribute.values:
            return {
                value: min(place, BINS - 1) for place, value in reversed([*enumerate(attribute.values)])
            }.__getitem__
        case _:
            return _hashed


def lower_edges(attribute: wire.Attribute) -> list[float | None]:
    """The least value of each bin of a number; the first bin has none.

    >>> lower_edges(wire.Attribute(name="income", type="number", min=0, max=160))[:4]
    [None, 10.0, 20.0, 30.0]
    """
    bin_of = _number_binning(attribute.min, attribute.max)
    if isinstance(bin_of, EqualBins):
        return [None, *(2 * (bin_of.half + bin_of.width * at / BINS) for at in range(1, BINS))]
    return [None, *_THRESHOLDS] if bin_of is _power_of_two else [None]


def _power_of_two(value: float) -> int:
    return bisect_right(_THRESHOLDS, value)


def _number_binning(least: float | None, most: float | None) -> Callable[[float], int]:
    if least is None or most is None:
        return _power_of_two
    half = least / 2
    width = most / 2 - half  # halves, since the whole width may be too large for a double
    if width <= 0:
        return lambda value: 0
    return EqualBins(half, width)


@dataclass(frozen=True, slots=True)
class EqualBins:
    """The bin of a number in a range: `half` is half of the least, `width` half of all bins'. Kernels read both."""

    half: float
    width: float

    def __call__(self, value: float) -> int:
        return min(int((value / 2 - self.half) / self.width * BINS), BINS - 1)


def _hashed(value: Any) -> int:
    return blake2b(str(value).encode(), digest_size=1).digest()[0] % BINS
