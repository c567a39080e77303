"""Everything wrong with a message, by a second pass with JSON Schema over the same structs.

msgspec decides (it is fast and stops at the first fault); when it refuses, the schema that msgspec
derives from the same type lists all faults, each at its JSON Pointer and in plain words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tradewind.engine.core.pointers import pointer
from tradewind.engine.service.strict_json import InDoubt, quick, thorough
from tradewind.engine.wire import Fault, Instant

MAX_FAULTS: Final = 1000

_CODES: Final = {
    "type": "wrong_type",
    "required": "missing",
    "additionalProperties": "unknown_field",
    "enum": "not_one_of",
    "const": "not_one_of",
    "pattern": "wrong_form",
    "format": "wrong_form",
    "minimum": "out_of_range",
    "maximum": "out_of_range",
    "exclusiveMinimum": "out_of_range",
    "exclusiveMaximum": "out_of_range",
    "minLength": "wrong_length",
    "maxLength": "wrong_length",
    "minItems": "wrong_length",
    "maxItems": "wrong_length",
    "anyOf": "not_one_of",
}

type SchemaError = Any
"""jsonschema's ValidationError, whose stubs leave every part of it unset."""

_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=msgspec.ValidationError)
def _is_instant(value: object) -> bool:
    if isinstance(value, str):
        msgspec.convert(value, Instant)
    return True


_StrictValidator: Any = extend(  # type: ignore[no-untyped-call]  # jsonschema's `extend` is not annotated
    Draft202012Validator,
    format_checker=_formats,
)


class BodyRefused(Exception):  # noqa: N818 - a refusal, named for what happened
    """The body cannot be this message; `faults` says everything that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


class Reader[T]:
    """Reads one type of message from bytes: `quickly` on the hot path, `fully` when that is in doubt."""

    def __init__(self, type: Any) -> None:
        self.type = type

    def quickly(self, body: bytes) -> T:
        """The message, or InDoubt."""
        value = quick(body)
        try:
            return msgspec.convert(value, self.type)  # type: ignore[no-any-return]  # `type` is a value here, T its promise
        except msgspec.ValidationError as error:
            raise InDoubt from error

    def fully(self, body: bytes) -> tuple[T, Any]:
        """The message and the plain value it was read from, or BodyRefused with every fault."""
        value, faults = thorough(body)
        if faults:
            raise BodyRefused(capped(faults))
        return self.convert(value)

    def convert(self, value: Any) -> tuple[T, Any]:
        """The message of a plain value, and the value as the message has it.

        `3.0` is a whole number to JSON Schema, so it is one here, and in the value too once the message needs one.
        """
        try:
            return msgspec.convert(value, self.type), value
        except msgspec.ValidationError:
            if faults := self.faults(value):
                raise BodyRefused(capped(faults)) from None
        whole = _whole(value)
        try:
            return msgspec.convert(whole, self.type), whole
        except msgspec.ValidationError as error:
            raise BodyRefused([Fault(path="", code="refused", message=str(error))]) from error

    def faults(self, value: Any) -> list[Fault]:
        found = {
            (fault.path, fault.code): fault for error in self._validator.iter_errors(value) for fault in told(error)
        }
        return sorted(found.values(), key=lambda fault: (fault.path, fault.code))

    @cached_property
    def _validator(self) -> Validator:
        (schema,), components = msgspec.json.schema_components([self.type], ref_template="#/$defs/{name}")
        validator: Validator = _StrictValidator({**schema, "$defs": components}, format_checker=_formats)
        return validator


def _whole(value: Any) -> Any:
    """The value with every number that has no fraction as an integer."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: _whole(member) for key, member in value.items()}
    return [_whole(member) for member in value] if isinstance(value, list) else value


def capped(faults: list[Fault]) -> list[Fault]:
    """The first thousand, and how many more there are."""
    if len(faults) <= MAX_FAULTS:
        return faults
    more = Fault(path="", code="more", message=f"and {len(faults) - MAX_FAULTS} more faults")
    return [*faults[:MAX_FAULTS], more]


def told(error: SchemaError, *, under: str = "") -> Iterator[Fault]:
    """One schema error in plain words; `under` is the pointer of the value that was checked."""
    path = under + "".join(pointer("", step) for step in error.absolute_path)
    match error.validator:
        case "required":
            for name in error.validator_value:
                if name not in error.instance:
                    yield Fault(path=pointer(path, name), code="missing", message=f"{name} is needed")
        case "additionalProperties":
            for name in sorted(set(error.instance) - set(error.schema.get("properties", {}))):
                yield Fault(path=pointer(path, name), code="unknown_field", message=f"{name[:80]} is not a field here")
        case "anyOf":
            yield from _told_by_branch(error, path, under)
        case _:
            yield Fault(path=path, code=_CODES.get(str(error.validator), "refused"), message=_words(error))


def _told_by_branch(error: SchemaError, path: str, under: str) -> Iterator[Fault]:
    """Of an alternative only the branch that was meant speaks: the one whose type or tag fits."""
    branches: dict[int, list[SchemaError]] = {}
    for inner in error.context or ():
        if not inner.schema_path:  # the branch is `false`, which takes nothing
            continue
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    meant = [errors for errors in branches.values() if not any(_denies_the_branch(error, inner) for inner in errors)]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from told(inner, under=under)
        return
    yield Fault(path=path, code=_branch_code(error), message=_branch_words(error))


def _denies_the_branch(outer: SchemaError, inner: SchemaError) -> bool:
    depth = len(inner.absolute_path) - len(outer.absolute_path)
    if inner.validator == "type":
        return depth == 0
    tag = _tag(outer)
    return tag is not None and depth == 1 and inner.absolute_path[-1] == tag and inner.validator in ("enum", "const")


def _tag(outer: SchemaError) -> str | None:
    discriminator = outer.schema.get("discriminator")
    return discriminator["propertyName"] if discriminator else None


def _branch_code(error: SchemaError) -> str:
    tag = _tag(error)
    return "wrong_type" if tag is None or not isinstance(error.instance, dict) else "not_one_of"


def _branch_words(error: SchemaError) -> str:
    discriminator = error.schema.get("discriminator")
    if discriminator and isinstance(error.instance, dict):
        return f"{discriminator['propertyName']} is one of {', '.join(sorted(discriminator['mapping']))}"
    return f"is {_kind(error.instance)}, which is not taken here"


def _words(error: SchemaError) -> str:
    wanted = error.validator_value
    match error.validator:
        case "type":
            types = [wanted] if isinstance(wanted, str) else wanted
            return f"is {_kind(error.instance)}; {' or '.join(_WANTED.get(name, name) for name in types)} is wanted"
        case "enum":
            return f"is one of {', '.join(str(word) for word in wanted)}"
        case "pattern":
            return error.schema.get("description") or f"has the form {wanted}"
    return _SAID.get(str(error.validator), "is not taken here").format(wanted)


_SAID: Final = {
    "const": "is {}",
    "minimum": "is at least {}",
    "exclusiveMinimum": "is more than {}",
    "maximum": "is at most {}",
    "exclusiveMaximum": "is less than {}",
    "minLength": "has at least {} letters",
    "maxLength": "has at most {} letters",
    "minItems": "has at least {} members",
    "maxItems": "has at most {} members",
    "format": "is an instant as in RFC 3339 with an offset, such as 2026-01-31T09:00:00Z",
}

_WANTED: Final = {
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "boolean": "a boolean",
}

_KINDS: Final = {
    bool: "a boolean",
    str: "a string",
    int: "a whole number",
    float: "a number",
    dict: "an object",
    list: "a list",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")
