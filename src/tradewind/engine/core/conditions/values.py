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


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of the type found may stand where another is wanted; categories are texts."""
    if "any" in {found.name, wanted.name}:
        return True
    if found.is_textual or wanted.is_textual:
        return found.is_textual and wanted.is_textual
    if found.items and wanted.items:
        return fits(found.items, wanted.items)
    return found.name == wanted.name


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
