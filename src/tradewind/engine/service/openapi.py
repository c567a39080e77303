"""The OpenAPI 3.1 document, derived from the doors and from the message structs they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.problems import KINDS
from tradewind.engine.wire import Problem

_TEMPLATE = "#/components/schemas/{name}"
_PROBLEM = "application/problem+json"


def document(doors: Sequence[Door], *, version: str) -> dict[str, Any]:
    """The whole document; equal doors give equal documents."""
    schemas = _Schemas(doors)
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        paths.setdefault(_plain_path(door.path), {})[door.method.lower()] = _operation(door, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tradewind engine",
            "version": version,
            "summary": "Which offer, for whom, now; and what was learnt from the answer.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "made by `tradewind engine keys create`"}
            },
        },
    }


class _Schemas:
    """Schemas of all types that any door names, by type, with one shared set of components."""

    def __init__(self, doors: Iterable[Door]) -> None:
        types = [Problem]
        for door in doors:
            bodies = [*door.takes, *(answer.body for answer in door.answers if answer.body)]
            types += [body.type for body in bodies] + [parameter.type for parameter in door.parameters]
        schemas, components = msgspec.json.schema_components(types, ref_template=_TEMPLATE)
        self.components = dict(sorted(components.items()))
        self._by_type = {id(known): schema for known, schema in zip(types, schemas, strict=True)}

    def of(self, type: Any) -> dict[str, Any]:
        return self._by_type[id(type)]


def _operation(door: Door, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": door.name,
        "summary": door.says,
        "responses": _responses(door, schemas),
        "security": [{"key": [door.scope]}] if door.scope else [],
    }
    if door.parameters:
        operation["parameters"] = [_parameter(parameter, schemas) for parameter in door.parameters]
    if door.takes:
        operation["requestBody"] = {"required": True, "content": _content(door.takes, schemas)}
    return operation


def _parameter(parameter: Parameter, schemas: _Schemas) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required or parameter.where == "path",
        "description": parameter.says,
        "schema": schemas.of(parameter.type),
    }


def _responses(door: Door, schemas: _Schemas) -> dict[str, Any]:
    responses = {str(answer.status): _answer(answer, schemas) for answer in door.answers}
    refusals: dict[str, list[str]] = {}
    for name in door.all_refusals:
        refusals.setdefault(str(KINDS[name].status), []).append(name)
    for status, names in sorted(refusals.items()):
        if status not in responses:
            says = "; ".join(f"{KINDS[name].title} (`{name}`)" for name in names)
            content = {_PROBLEM: {"schema": schemas.of(Problem)}}
            responses[status] = {"description": says, "content": content}
    return responses


def _answer(answer: Answer, schemas: _Schemas) -> dict[str, Any]:
    given: dict[str, Any] = {"description": answer.says}
    if answer.body:
        given["content"] = _content([answer.body], schemas)
    return given


def _content(bodies: Iterable[Body], schemas: _Schemas) -> dict[str, Any]:
    return {body.media_type: {"schema": schemas.of(body.type)} for body in bodies}


def _plain_path(path: str) -> str:
    """Without the converters that the router wants: `{number:digits}` is `{number}` to the reader."""
    return path.replace(":digits}", "}").replace(":path}", "}")
