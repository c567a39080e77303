"""Output templates: JSON that an event answers with, its texts filled from the condition groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradewind.engine import wire
from tradewind.engine.core.placeholders import strings
from tradewind.engine.core.wording import BrokenPlaceholder, Wording

type Node = Wording | dict[str, Any] | list[Any] | float | bool | None


@dataclass(frozen=True, slots=True)
class Output:
    """A template made ready: every text is a Wording; `names` are the attributes it wants."""

    template: Any
    names: frozenset[str]

    @classmethod
    def read(cls, template: Mapping[str, Any]) -> Output:
        """Make a template ready in which `output_faults` found nothing."""
        names = {name for _, text in strings(template, "") for name in Wording.read(text).names}
        return cls(_read(template), frozenset(names))

    def fill(self, values: Mapping[str, Any]) -> Any:
        """The JSON value. A text that is one placeholder and nothing else becomes the value in its own type, null where
        it is unknown; inside a longer text an unknown value leaves nothing.

        >>> Output.read({"name": "{{ c.name }}", "months": "{{ c.months }}"}).fill({"c.months": 3.0})
        {'name': None, 'months': 3.0}
        """
        return _filled(self.template, values)


def output_faults(template: Mapping[str, Any], path: str, known: Mapping[str, wire.Attribute]) -> Iterator[wire.Fault]:
    """Placeholders that do not read or name nothing declared, each at its path."""
    for place, text in strings(template, path):
        try:
            names = Wording.read(text).names
        except BrokenPlaceholder as broken:
            yield wire.Fault(
                path=place, code="bad_placeholder", message=str(broken), line=broken.line, column=broken.column
            )
            continue
        for name in dict.fromkeys(names):
            if name not in known:
                yield wire.Fault(path=place, code="unknown_attribute", message=f"no condition group declares {name}")


def _read(node: Any) -> Node:
    match node:
        case str():
            return Wording.read(node)
        case dict():
            return {key: _read(member) for key, member in node.items()}
        case list():
            return [_read(member) for member in node]
        case _:
            plain: Node = node
            return plain


def _filled(node: Node, values: Mapping[str, Any]) -> Any:
    match node:
        case Wording():
            if node.is_one_placeholder:
                return values.get(node.names[0])
            return node.fill(values)
        case dict():
            return {key: _filled(member, values) for key, member in node.items()}
        case list():
            return [_filled(member, values) for member in node]
        case _:
            return node
