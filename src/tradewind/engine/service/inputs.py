"""An event's declared input: a JSON Schema (2020-12) over the attributes of its calls.

Checked as a schema when it is published, held against every call after it. What could only fail or take
for ever at a call is refused at publish: references out of the document, to nothing or in a circle, and
patterns that cannot be searched in linear time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from tradewind.engine.core.conditions.automaton import compile_pattern
from tradewind.engine.core.conditions.patterns import PatternError
from tradewind.engine.core.pointers import pointer
from tradewind.engine.core.published import CompiledEvent
from tradewind.engine.service.faults import told
from tradewind.engine.wire import Fault, Publication

MOST_REFERENCES: Final = 1000
"""References that checking one call may follow, counted as often as each is followed."""

MOST_CHAINED: Final = 32
"""References that may lead from one to the next."""

_NOTHING_ELSE: Final[Registry[Any]] = Registry()
_UNSUPPORTED: Final = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "patternProperties")


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not compile_pattern(pattern).search(instance):
        yield ValidationError(f"does not match {pattern}")


_quotient: Any = Draft202012Validator.VALIDATORS["multipleOf"]


def _multiple_of(validator: Validator, factor: float, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """As the library has it, and exactly where a number is too large for the quotient of two floats."""
    try:
        yield from _quotient(validator, factor, instance, schema)
    except OverflowError:
        if Fraction(instance) % Fraction(factor):
            yield ValidationError(f"is not a multiple of {factor}")


_InputValidator: Any = extend(  # type: ignore[no-untyped-call]  # jsonschema's `extend` is not annotated
    Draft202012Validator,
    {"pattern": _pattern, "multipleOf": _multiple_of},
)


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
            validator = self._validators[event.name] = _InputValidator(event.input, registry=_NOTHING_ELSE)
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
    if broken:
        return
    references = _References(schema)
    faults = [fault for place, value in _parts(schema, path) for fault in _of_part(value, place, references)]
    yield from faults or references.faults(path)


def _parts(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a schema, at its pointer."""
    if isinstance(value, dict):
        yield path, value
        for key, member in value.items():
            yield from _parts(member, pointer(path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _parts(member, pointer(path, index))


def _of_part(part: dict[str, Any], path: str, references: _References) -> Iterator[Fault]:
    for key in _UNSUPPORTED:
        if isinstance(part.get(key), str) or (key == "patternProperties" and key in part):
            yield Fault(path=pointer(path, key), code="not_supported", message=f"{key} is not supported")
    reference, pattern = part.get("$ref"), part.get("pattern")
    if isinstance(reference, str):
        if not reference.startswith("#"):
            message = "only references into itself, as #/…"
            yield Fault(path=pointer(path, "$ref"), code="remote_reference", message=message)
        elif references.target(reference) is None:
            message = "does not lead to a schema in this document"
            yield Fault(path=pointer(path, "$ref"), code="bad_reference", message=message)
    if isinstance(pattern, str):
        try:
            compile_pattern(pattern)
        except PatternError as error:
            yield Fault(path=pointer(path, "pattern"), code="bad_pattern", message=str(error))


class _References:
    """Where the references of one schema lead, and how many of them one call can make the engine follow."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._resolver = _NOTHING_ELSE.resolver_with_root(DRAFT202012.create_resource(schema))
        self._counted: dict[int, int | None] = {}

    def target(self, reference: str) -> dict[str, Any] | bool | None:
        """The schema that a reference leads to, or None."""
        try:
            found = self._resolver.lookup(reference).contents
        except (Unresolvable, ValueError):
            return None
        whole = isinstance(found, dict | bool) and Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(
            found
        )
        return found if whole else None

    def faults(self, path: str) -> Iterator[Fault]:
        try:
            count = self._count(self._schema)
        except _Circular:
            yield Fault(path=path, code="circular_reference", message="its references lead in a circle, or too far")
            return
        if count > MOST_REFERENCES:
            message = f"more than {MOST_REFERENCES} references to follow"
            yield Fault(path=path, code="too_large", message=message)

    def _count(self, schema: dict[str, Any] | bool, depth: int = 0) -> int:
        """References followed from here on; None in `_counted` marks what is being counted."""
        known = self._counted.get(id(schema), -1)
        if known is None or depth > MOST_CHAINED:
            raise _Circular
        if known >= 0:
            return known
        self._counted[id(schema)] = None
        targets = [self.target(part["$ref"]) for _, part in _parts(schema, "") if isinstance(part.get("$ref"), str)]
        count = sum(1 + self._count(target, depth + 1) for target in targets if target is not None)
        self._counted[id(schema)] = count
        return count


class _Circular(Exception):  # noqa: N818 - a finding, not yet an error
    """A reference leads back to where it stands."""
