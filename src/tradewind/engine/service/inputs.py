"""An event's declared input: a JSON Schema (2020-12) over the attributes of its calls.

Checked as a schema when it is published, held against every call after it. References to other
documents are refused: the engine fetches nothing that a document names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry

from tradewind.engine.core.published import CompiledEvent
from tradewind.engine.service.faults import told
from tradewind.engine.service.strict_json import pointer
from tradewind.engine.wire import Fault, Publication

_NOTHING_ELSE: Final = Registry()


class Inputs:
    """The validators of one publication's events, made when an event is first called."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._validators: dict[str, Validator] = {}

    def faults(self, number: int, event: CompiledEvent, attributes: Mapping[str, Any]) -> list[Fault]:
        """What a call's attributes lack or have against the input that publication `number` declares."""
        if number != self._number:
            self._number, self._validators = number, {}
        validator = self._validators.get(event.name)
        if validator is None:
            validator = self._validators[event.name] = Draft202012Validator(event.input, registry=_NOTHING_ELSE)
        found = (fault for error in validator.iter_errors(attributes) for fault in told(error, under="/attributes"))
        return sorted(found, key=lambda fault: (fault.path, fault.code))


def schema_faults(document: Publication) -> list[Fault]:
    """What is wrong with the input schemas of a publication."""
    return [
        fault
        for index, event in enumerate(document.events)
        for fault in _of_schema(event.input, f"/events/{index}/input")
    ]


def _of_schema(schema: dict[str, Any], path: str) -> Iterator[Fault]:
    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    broken = {"".join(pointer("", step) for step in error.absolute_path): error for error in meta.iter_errors(schema)}
    for place, error in sorted(broken.items()):
        yield Fault(path=path + place, code="bad_schema", message=error.message[:200])
    yield from _remote(schema, path)


def _remote(value: Any, path: str) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key in ("$ref", "$dynamicRef") and isinstance(member, str) and not member.startswith("#"):
                yield Fault(
                    path=pointer(path, key), code="remote_reference", message="only references into itself, as #/…"
                )
            yield from _remote(member, pointer(path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _remote(member, pointer(path, index))
