"""Texts with placeholders `{{ group.attribute }}`: read at publish, filled at decision time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")


class BrokenPlaceholder(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A text has braces that are no `{{ group.attribute }}`; `line` and `column` count from 1."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__("braces that are no placeholder; write {{ group.attribute }}")
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1


@dataclass(frozen=True, slots=True)
class Wording:
    """A text cut at its placeholders: `literals` is one longer than `names`."""

    literals: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Wording:
        """Cut a text at its placeholders.

        Raises:
            BrokenPlaceholder: there are double braces around something else.

        >>> Wording.read("Dear {{ customer.first_name }}!").names
        ('customer.first_name',)
        """
        parts = _PLACEHOLDER.split(text)
        blanked = _PLACEHOLDER.sub(lambda found: " " * len(found.group()), text)
        if stray := _BRACES.search(blanked):
            raise BrokenPlaceholder(text, stray.start())
        return cls(literals=tuple(parts[::2]), names=tuple(parts[1::2]))

    @property
    def is_one_placeholder(self) -> bool:
        """Whether the whole text is a single placeholder; in an output its value keeps its type then."""
        return len(self.names) == 1 and self.literals == ("", "")

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text with every value in its place; a missing one leaves nothing there."""
        if not self.names:
            return self.literals[0]
        said = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            said += (_say(values[name]) if name in values else "", literal)
        return "".join(said)


def _say(value: Any) -> str:
    """A value as a text shows it: whole numbers without a point, dates without a time, lists with commas."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case datetime():
            return value.date().isoformat()
        case tuple() | list():
            return ", ".join(_say(item) for item in value)
        case _:
            return str(value)
