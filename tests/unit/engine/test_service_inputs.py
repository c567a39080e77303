"""A declared input holds or names what is wrong, whatever a publication declares and a call says."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import convert
from tests.unit.engine.core.world import compiled, document

from tradewind.engine.core.published import CompiledEvent
from tradewind.engine.service.inputs import Inputs, schema_faults
from tradewind.engine.wire import Publication

HUGE = 10**400
VALUES = [0, -1, 2.5, 1e308, 5e-324, HUGE, -HUGE, True, "a", "\x00", None, [], ["a", "a"], [1, 1.0, True], {}, {"a": 1}]
DECLARED = [
    0, 2, -1, 0.5, 5e-324, 1e308, HUGE, True, False, "a", "(a+)+$", [], ["a"], ["string"], {}, {"type": "string"},
    {"a": False}, {"a": ["b"]}, [{"type": "string"}, False], [True, False],
]  # fmt: skip
KEYWORDS = [
    "$ref", "$defs", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "prefixItems", "items",
    "contains", "properties", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
    "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains", "maxProperties",
    "minProperties", "required", "dependentRequired", "format", "contentEncoding", "dependencies", "title",
]  # fmt: skip


def event(schema: dict[str, Any]) -> CompiledEvent:
    """An event with this input; the schema itself was not looked at."""
    return compiled(document(events=[{"name": "e", "input": schema}])).events["e"]


def found(schema: dict[str, Any], **attributes: Any) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in Inputs().faults(1, event(schema), attributes)]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_keyword_never_breaks_a_call(keyword: str) -> None:
    for value in DECLARED:
        part = {keyword: value}
        for schema in (part, {"properties": {"x": part}}, {"not": part}, {"anyOf": [part, {"type": "number"}]}):
            message = convert(document(events=[{"name": "e", "input": schema}]), Publication)
            if schema_faults(message):
                continue
            declaring = event(schema)
            for sent in VALUES:
                Inputs().faults(1, declaring, {"x": sent, "y": sent})


@pytest.mark.parametrize(
    ("factor", "value", "holds"),
    [
        (0.5, HUGE, True),
        (HUGE, 3.5, False),
        (0.5, 2.25, False),
        (3, 9.0, True),
        (5e-324, 1e308, True),
        (0.1, 1.0, True),
    ],
    ids=["huge", "by huge", "not", "whole", "by tiny", "rounded"],
)
def test_multiples_are_told_from_others_however_large(factor: float, value: float, holds: bool) -> None:
    assert (found({"properties": {"x": {"multipleOf": factor}}}, x=value) == []) is holds


def test_of_an_alternative_that_takes_nothing_the_other_one_speaks() -> None:
    schema = {"properties": {"x": {"anyOf": [{"minLength": 3}, False]}}}
    assert found(schema, x="ab") == [("/attributes/x", "wrong_length")]
    assert found({"anyOf": [False, False]}) == [("/attributes", "wrong_type")]
