"""The document: valid OpenAPI 3.1, complete, and true: every route in it answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.engines import RunningEngine
from tests.publications import ATTRIBUTES, sample

from tradewind.engine.service.openapi import document
from tradewind.engine.service.routes import DOORS

DOCUMENT = document(DOORS, version="test")
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
BODIES: dict[str, Any] = {
    "publish": sample(2),
    "validate_publication": sample(3),
    "ask_what_if": {"publication": sample(3)},
    "add_alias": {"alias": "visitor"},
    "change_consents": {"consents": [{"purpose": "marketing", "granted": True}]},
    "check_condition": {"expression": "customer.is_student"},
    "match_condition": {"expression": "customer.is_student"},
    "decide_batch": {"event": "call-started", "session": "s", "customer": "c", "channel": "call-center"},
    "run_event": {"session": "s", "customer": "c", "channel": "call-center", "attributes": ATTRIBUTES},
}


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for member in value.values() for found in references(member)]
    if isinstance(value, list):
        return [found for member in value for found in references(member)]
    return []


def test_the_engine_serves_this_document(engine: RunningEngine) -> None:
    served = engine.call("GET", "/openapi.json", scope="")
    assert served.status == 200
    assert {**served.json, "info": None} == {**DOCUMENT, "info": None}


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert set(DOCUMENT["info"]) >= {"title", "version"}
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) <= known
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_is_whole(path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert re.fullmatch(r"[a-z_]+", operation["operationId"])
    assert operation["summary"]
    placeholders = set(re.findall(r"{(\w+)}", path))
    declared = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
    assert declared == placeholders
    for status, answer in operation["responses"].items():
        assert re.fullmatch(r"[1-5]\d\d", status)
        assert answer["description"]
    if operation["security"]:
        assert {"401", "403"} <= set(operation["responses"])


def test_operation_ids_are_unique() -> None:
    names = [DOCUMENT["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(set(names)) == len(names)


def resolved(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_route_in_it_answers_as_documented(published: RunningEngine, path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    name = operation["operationId"]
    shown = published.event(attributes=ATTRIBUTES).json["decision"]
    response = {"decision": shown["id"], "offer": shown["offers"][0]["offer"], "outcome": "accepted"}
    body = response if name == "record_responses" else BODIES.get(name)
    number = "2" if name == "publish" else "1"
    ids = {"customers": "c-1", "decisions": shown["id"]}
    if name == "what_if":
        ids["what-if"] = published.call("POST", "/v1/what-if", BODIES["ask_what_if"]).json["id"]
    real = (
        path.replace("{number}", number)
        .replace("{name}", "call-started")
        .replace("{id}", ids.get(path.removeprefix("/v1/").partition("/")[0], "care-plus"))
    )
    scope = operation["security"][0]["key"][0] if operation["security"] else ""
    taken = next(iter(operation.get("requestBody", {}).get("content", {})), "application/json")
    answer = published.call(method.upper(), real, body, scope=scope, headers={"Content-Type": taken})
    assert answer.status < 300, answer.body
    documented = operation["responses"][str(answer.status)]
    (media,) = documented["content"]
    assert answer.headers["content-type"].startswith(media)
    if media == "application/json":
        resolved(documented["content"][media]["schema"]).validate(answer.json)


def test_problems_are_as_documented(published: RunningEngine) -> None:
    problem = resolved({"$ref": "#/components/schemas/Problem"})
    for answer in (published.event("nope"), published.event(channel=""), published.call("GET", "/nope")):
        problem.validate(answer.json)


def test_the_documentation_page_needs_no_network_and_runs_nothing_else(engine: RunningEngine) -> None:
    page = engine.call("GET", "/docs", scope="")
    assert page.status == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
    assert sources
    assert [source for source in sources if not source.startswith("/")] == []
    for source in sources:
        assert engine.call("GET", source, scope="").status == 200
    policy = page.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "sha256-" in policy
