"""The types of conditions, and of the values they are evaluated over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name. A category lists its `values` (none: any text will do), a list has `items`."""

    name: str
    values: tuple[str, ...] = ()
    items: Type | None = None

    @property
    def is_textual(self) -> bool:
        """Whether its values are texts; a category is a text from a list."""
        return self.name in {"text", "category"}

    def __str__(self) -> str:
        return f"list of {self.items.name}" if self.items and self.items.name != "any" else self.name


NUMBER: Final = Type("number")
TEXT: Final = Type("text")
BOOLEAN: Final = Type("boolean")
INSTANT: Final = Type("instant")
DURATION: Final = Type("duration")
ANY: Final = Type("any")
"""The type of what is already reported as faulty: it fits everywhere, so one fault is said once."""
LIST: Final = Type("list", items=ANY)


SUMS: Final = {
    ("+", "number", "number"): NUMBER,
    ("-", "number", "number"): NUMBER,
    ("*", "number", "number"): NUMBER,
    ("/", "number", "number"): NUMBER,
    ("%", "number", "number"): NUMBER,
    ("+", "text", "text"): TEXT,
    ("-", "instant", "instant"): DURATION,
    ("+", "instant", "duration"): INSTANT,
    ("-", "instant", "duration"): INSTANT,
    ("+", "duration", "instant"): INSTANT,
    ("+", "duration", "duration"): DURATION,
    ("-", "duration", "duration"): DURATION,
}
"""What arithmetic gives, by sign and the names of the types on both sides."""
ORDERED: Final = frozenset({"number", "text", "instant", "duration", "any"})
"""The types whose values `<` can put in order."""


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of the type found may stand where another is wanted; categories are texts."""
    if "any" in {found.name, wanted.name}:
        return True
    if found.is_textual or wanted.is_textual:
        return found.is_textual and wanted.is_textual
    if found.items and wanted.items:
        return fits(found.items, wanted.items)
    return found.name == wanted.name


def plain(type_: Type) -> str:
    """The name that arithmetic goes by; a category joins as a text does."""
    return "text" if type_.is_textual else type_.name


def joined(left: Type, right: Type) -> Type:
    """The type of what may be either: the wider of two that fit."""
    if left.name == "any":
        return right
    if left.is_textual and left != right:
        return left if right.name == "any" else TEXT
    if left.items and right.items:
        return Type("list", items=joined(left.items, right.items))
    return left


def with_article(type_: Type | str) -> str:
    """A type as a message says it, with its article."""
    return f"{'an' if str(type_)[0] in 'aei' else 'a'} {type_}"


class Unknown(Enum):
    """The third truth value: what an expression is worth when an attribute it needs is missing."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false; compare with `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


def type_of(value: Any) -> Type | None:
    """The type of a value of a context, None where conditions have no such values."""
    for kind, found in _KINDS:
        if isinstance(value, kind):
            return found
    return None


_KINDS: Final = (
    (bool, BOOLEAN),
    (int | float, NUMBER),
    (str, TEXT),
    (tuple | list, LIST),
    (datetime, INSTANT),
    (timedelta, DURATION),
)
