"""Placeholders in the texts of an offer, `{{ customer.first_name }}`: found, checked, filled for a preview."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tradewind.portals.ui import figures

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `filled` where a placeholder stood, `missing` where nothing is known for it."""

    text: str
    filled: bool = False
    missing: bool = False


def names(text: str) -> list[str]:
    """
    >>> names("Dear {{ customer.first_name }}, your {{machine.name}}")
    ['customer.first_name', 'machine.name']
    """
    return _PLACEHOLDER.findall(text)


def faults(text: str, known: Collection[str]) -> Iterator[str]:
    """What is wrong with the placeholders of a text, in words with line and column."""
    for match in _PLACEHOLDER.finditer(text):
        if match[1] not in known:
            said = {"name": match[1], **_place(text, match.start())}
            yield _("Line %(line)s, column %(column)s: nothing is known as “%(name)s”.") % said
    blanked = _PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    if stray := _BRACES.search(blanked):
        yield _("Line %(line)s, column %(column)s: these braces are no placeholder.") % _place(text, stray.start())


def _place(text: str, offset: int) -> dict[str, int]:
    return {"line": text.count("\n", 0, offset) + 1, "column": offset - text.rfind("\n", 0, offset)}


def filled(text: str, values: Mapping[str, Any]) -> list[Piece]:
    """The text cut into what is written and what is filled in."""
    parts = _PLACEHOLDER.split(text)
    return [_piece(part, values) if index % 2 else Piece(part) for index, part in enumerate(parts) if part]


def _piece(name: str, values: Mapping[str, Any]) -> Piece:
    value = values.get(name)
    if value is None:
        return Piece(name, filled=True, missing=True)
    return Piece(_said(value), filled=True)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return figures.number(value, 0 if value.is_integer() else 2)
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return str(value)
