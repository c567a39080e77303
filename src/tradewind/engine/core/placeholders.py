"""Requests with placeholders `{group.attribute}`: read at publish, filled for one customer, encoded by the place.

Besides attributes a request may name what every call says: `{customer}` (its id), `{session}`, `{agent}`,
`{channel}` and `{language}`. Other braces in a header or a body mean themselves; in a URL there are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tradewind.engine.core.pointers import pointer

CALL_NAMES: Final = frozenset({"customer", "session", "agent", "channel", "language"})

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut at its placeholders: `literals` is one longer than `names`."""

    literals: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Template:
        """Cut a text at its placeholders.

        >>> Template.read("/customers/{customer.id}/bills").names
        ('customer.id',)
        """
        parts = _PLACEHOLDER.split(text)
        return cls(literals=tuple(parts[::2]), names=tuple(parts[1::2]))

    @property
    def is_one_placeholder(self) -> bool:
        """Whether the whole text is a single placeholder, whose value then keeps its type in a JSON body."""
        return len(self.names) == 1 and self.literals == ("", "")

    def fill(self, values: Mapping[str, Any], encode: Callable[[str], str]) -> str:
        """The text with every value in its place, each written as text and encoded; literals stay as they are.

        Raises:
            KeyError: a value is missing.
        """
        filled = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            filled += (encode(written(values[name])), literal)
        return "".join(filled)


def written(value: Any) -> str:
    """A value as a request has it: whole numbers without a point, instants in UTC, lists with commas."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case tuple() | list():
            return ",".join(written(item) for item in value)
        case _:
            return str(value)


def strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every string inside a JSON value but the keys, at its JSON Pointer."""
    match value:
        case str():
            yield path, value
        case dict():
            for key, member in value.items():
                yield from strings(member, pointer(path, key))
        case list():
            for index, member in enumerate(value):
                yield from strings(member, f"{path}/{index}")


def substituted(value: Any, values: Mapping[str, Any]) -> Any:
    """A JSON body with its placeholders filled, structurally: a value can never become a key or a bracket.

    Raises:
        KeyError: a value is missing.
    """
    match value:
        case str():
            template = Template.read(value)
            return values[template.names[0]] if template.is_one_placeholder else template.fill(values, str)
        case dict():
            return {key: substituted(member, values) for key, member in value.items()}
        case list():
            return [substituted(member, values) for member in value]
        case _:
            return value
