"""Every route of the document under valid and invalid data: no fault of ours, nothing that is not documented.

How many random calls each route gets is `TRADEWIND_FUZZ_EXAMPLES`; the calls at the edges of the schemas come on top.
They are the same each time unless `TRADEWIND_EXPLORE` is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from tests.engines import RunningEngine, start_engine
from tests.publications import sample

from tradewind.engine.service.openapi import document
from tradewind.engine.service.routes import DOORS

EXAMPLES = int(os.environ.get("TRADEWIND_FUZZ_EXAMPLES", "10"))
EXPLORES = "TRADEWIND_EXPLORE" in os.environ

UNDECIDABLE = [
    not_a_server_error,  # 503 is an answer; 500 is documented nowhere, so it is found all the same
    positive_data_acceptance,  # a schema cannot say that two parts of a body must fit each other
    negative_data_rejection,  # it takes the key that is added here for a missing one; bodies are held to it below
]

NDJSON = "application/x-ndjson"
DOCUMENT = document(DOORS, version="test")
schema = schemathesis.openapi.from_dict(DOCUMENT)


@schemathesis.serializer(NDJSON)
def lines(_context: Any, value: Any) -> bytes:
    """What was made for one line stands first and last, with an empty object between."""
    line = msgspec.json.encode(value)
    return b"\n".join((line, b"{}", line))


def validator(content: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**content["schema"], "components": DOCUMENT["components"]})


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path_factory.mktemp("fuzzed") / "engine")
    assert running.publish(sample()).status == 201
    yield running
    why = running.engine.failure
    running.stop()
    assert why is None


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not EXPLORES)
def test_a_route_answers_as_documented(case: Any, fuzzed: RunningEngine) -> None:
    operation = DOCUMENT["paths"][case.operation.path][case.operation.method.lower()]
    scope = operation["security"][0]["key"][0] if operation["security"] else "read"
    headers = {"Authorization": f"Bearer {fuzzed.keys[scope]}"}
    answer = case.call_and_validate(base_url=fuzzed.url, headers=headers, excluded_checks=UNDECIDABLE)
    if case.media_type == "application/json":
        taken = operation["requestBody"]["content"]["application/json"]
        assert answer.status_code >= 400 or validator(taken).is_valid(case.body)
    given = operation["responses"].get(str(answer.status_code), {}).get("content", {})
    for line in answer.content.splitlines() if NDJSON in given else ():
        validator(given[NDJSON]).validate(msgspec.json.decode(line))
