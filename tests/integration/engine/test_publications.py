"""Publications: checked as a whole, activated as a whole, given back exactly."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.engines import RunningEngine, eventually
from tests.publications import offer, sample

from tradewind.engine.core import activating


def test_a_publication_runs_from_its_position_on(engine: RunningEngine) -> None:
    answer = engine.publish(sample(3))
    assert answer.status == 201
    assert answer.json["number"] == 3
    assert answer.json["offers"] == 12
    assert answer.json["position"] == "1"
    assert len(answer.json["digest"]) == 64
    assert engine.event().json["decision"]["publication"] == 3


def test_decisions_do_not_wait_while_a_publication_is_compiled(
    engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compiling(document: str) -> None:
        raise AssertionError("compiled where decisions are made")

    monkeypatch.setattr(activating, "read_publication", compiling)
    assert engine.publish(sample(1)).status == 201
    assert engine.publish(sample(2, offers=5)).status == 201
    assert engine.event().json["decision"]["publication"] == 2


def test_the_same_content_again_changes_nothing(published: RunningEngine) -> None:
    head = published.head
    again = published.publish(sample(1))
    assert again.status == 200
    assert again.json["position"] == "1"
    assert published.head == head


def test_a_used_number_with_other_content_is_refused(published: RunningEngine) -> None:
    head = published.head
    changed = sample(1)
    changed["offers"][0]["value"] = 41.0
    answer = published.publish(changed)
    assert (answer.status, answer.codes) == (409, ["number_used"])
    assert published.head == head
    assert published.call("GET", "/v1/publications/current").json["offers"][0]["value"] == 40.0


@pytest.mark.parametrize("number", [4, 5])
def test_a_number_below_the_running_one_is_refused_even_with_its_own_content(
    engine: RunningEngine, number: int
) -> None:
    for published in (5, 6):
        assert engine.publish(sample(published)).status == 201
    assert engine.publish(sample(number)).status == 409
    assert engine.call("GET", "/v1/publications/current").json["number"] == 6


def test_a_publication_comes_back_exactly_with_its_digest(engine: RunningEngine) -> None:
    first, second = sample(1), sample(2, offers=5)
    digests = [engine.publish(document).json["digest"] for document in (first, second)]
    for document, digest in zip((first, second), digests, strict=True):
        answer = engine.call("GET", f"/v1/publications/{document['number']}")
        assert answer.json == {**document, "digest": digest}
    assert engine.call("GET", "/v1/publications/current").json == {**second, "digest": digests[1]}


@pytest.mark.parametrize("which", ["current", "2"])
def test_a_publication_comes_back_once_it_is_durable(
    published: RunningEngine, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, may_commit = published.engine.history, threading.Event()
    commit = history._commit  # type: ignore[attr-defined]  # the writer's own step, held up here

    def held_up(group: object) -> None:
        may_commit.wait()
        commit(group)

    monkeypatch.setattr(history, "_commit", held_up)
    with ThreadPoolExecutor(2) as pool:
        try:
            publishing = pool.submit(published.publish, sample(2))
            eventually(lambda: published.engine.current_number == 2)
            asked = pool.submit(published.call, "GET", f"/v1/publications/{which}")
            eventually(lambda: asked.done() or published.engine.disk.waiting == 2)
        finally:
            may_commit.set()
    assert publishing.result().status == 201
    assert (asked.result().status, asked.result().json.get("number")) == (200, 2)


def test_what_comes_back_can_be_published_under_a_higher_number(published: RunningEngine) -> None:
    document = published.call("GET", "/v1/publications/current").json
    del document["digest"]
    document["number"] = 2
    assert published.publish(document).status == 201


def test_nothing_published_and_unknown_numbers_are_404(engine: RunningEngine) -> None:
    assert engine.call("GET", "/v1/publications/current").status == 404
    assert engine.call("GET", "/v1/publications/7").status == 404
    assert engine.call("GET", f"/v1/publications/{'9' * 5000}").status == 404
    assert engine.call("PUT", f"/v1/publications/{'9' * 5000}", sample(1)).status == 404


def test_validation_says_the_same_and_stores_nothing(engine: RunningEngine) -> None:
    answer = engine.call("POST", "/v1/publications/validate", sample(1))
    assert answer.status == 200
    assert answer.json["position"] is None
    assert answer.json["digest"] == engine.publish(sample(1)).json["digest"]
    bad = sample(2)
    bad["offers"][0]["eligibility"] = "machine.nope > 3.0"
    validated = engine.call("POST", "/v1/publications/validate", bad)
    assert validated.status == 422
    assert validated.json["errors"] == engine.publish(bad).json["errors"]
    assert engine.head == 1


def test_the_number_in_the_path_is_the_number_in_the_document(engine: RunningEngine) -> None:
    answer = engine.call("PUT", "/v1/publications/2", sample(1))
    assert (answer.status, answer.codes) == (422, ["number_mismatch"])


def test_a_malformed_condition_is_placed_by_path_line_and_column(published: RunningEngine) -> None:
    head = published.head
    bad = sample(2)
    bad["offers"][1]["eligibility"] = "true &&\n  customer.tenure_months >= )"
    bad["offers"][2]["profiles"][0]["rule"] = 'customer.segment == "nobody"'
    answer = published.publish(bad)
    assert answer.status == 422
    paths = {fault["path"] for fault in answer.json["errors"]}
    assert {"/offers/1/eligibility", "/offers/2/profiles/0/rule"} <= paths
    (malformed,) = (fault for fault in answer.json["errors"] if fault["path"] == "/offers/1/eligibility")
    assert (malformed["line"], malformed["column"]) == (2, 29)
    assert published.head == head
    assert published.event().json["decision"]["publication"] == 1


def test_one_wrong_offer_among_many_changes_nothing_and_is_named(published: RunningEngine) -> None:
    document = sample(2)
    document["offers"] = [offer(f"o-{index}") for index in range(300)]
    document["offers"][217]["placements"] = ["nowhere"]
    answer = published.publish(document)
    assert answer.status == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["/offers/217/placements/0"]
    assert published.call("GET", "/v1/publications/current").json["number"] == 1


def test_a_whole_number_may_be_written_with_a_point(engine: RunningEngine) -> None:
    document = sample(1)
    document["number"] = 1.0
    document["offers"][0]["priority"] = 3.0
    assert engine.call("POST", "/v1/publications/validate", document).status == 200
    assert engine.call("PUT", "/v1/publications/1", document).status == 201
    current = engine.call("GET", "/v1/publications/current").json
    assert [repr(current["number"]), repr(current["offers"][0]["priority"])] == ["1", "3"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_origin_that_says_nothing_is_refused_at_its_path(published: RunningEngine, method: str) -> None:
    document = sample(2)
    document["condition_groups"][0]["populated_by"] = [{}]
    path = "/v1/publications/2" if method == "PUT" else "/v1/publications/validate"
    answer = published.call(method, path, document)
    refused = [(fault["path"], fault["code"]) for fault in answer.json["errors"]]
    assert (answer.status, refused) == (422, [("/condition_groups/0/populated_by/0", "not_one")])


def _with_input(document: dict[str, Any], schema: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    changed["events"][0]["input"] = schema
    return changed


def test_an_events_input_schema_must_be_a_schema(engine: RunningEngine) -> None:
    answer = engine.publish(_with_input(sample(1), {"type": "nonsense", "properties": 3}))
    assert answer.status == 422
    assert {fault["path"] for fault in answer.json["errors"]} == {"/events/0/input/type", "/events/0/input/properties"}
    remote = engine.publish(_with_input(sample(1), {"$ref": "http://127.0.0.1:9/other.json"}))
    assert (remote.status, remote.codes) == (422, ["remote_reference"])


def test_an_events_input_schema_is_held(engine: RunningEngine) -> None:
    schema = {"type": "object", "required": ["call.reason"], "properties": {"call.reason": {"const": "battery"}}}
    assert engine.publish(_with_input(sample(1), schema)).status == 201
    head = engine.head
    assert engine.event(attributes={"call.reason": "battery"}).status == 200
    missing = engine.event(attributes={})
    assert (missing.status, missing.codes) == (422, ["missing"])
    other = engine.event(attributes={"call.reason": "invoice"})
    assert other.json["errors"][0]["path"] == "/attributes/call.reason"
    assert engine.head == head + 1


@pytest.mark.parametrize(
    ("schema", "path", "code"),
    [
        ({"$ref": "#/$defs/nowhere"}, "/$ref", "bad_reference"),
        ({"$ref": "#name"}, "/$ref", "bad_reference"),
        ({"$ref": "#/required", "required": ["call.reason"]}, "/$ref", "bad_reference"),
        ({"$ref": "#"}, "", "circular_reference"),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}}, "", "circular_reference"),
        (
            {"$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 9} for n in range(5)} | {"d5": True}},
            "",
            "too_large",
        ),
        ({"properties": {"call.reason": {"pattern": "("}}}, "/properties/call.reason/pattern", "bad_pattern"),
        ({"properties": {"call.reason": {"pattern": r"(a)\1"}}}, "/properties/call.reason/pattern", "bad_pattern"),
        ({"patternProperties": {"(a+)+$": True}}, "/patternProperties", "not_supported"),
        ({"$dynamicRef": "#a"}, "/$dynamicRef", "not_supported"),
    ],
)
def test_an_input_schema_that_no_call_could_be_held_against_is_refused(
    engine: RunningEngine, schema: dict[str, Any], path: str, code: str
) -> None:
    answer = engine.publish(_with_input(sample(1), schema))
    assert answer.status == 422
    assert [(fault["path"], fault["code"]) for fault in answer.json["errors"]] == [(f"/events/0/input{path}", code)]


def test_a_pattern_in_an_input_schema_is_searched_in_linear_time(engine: RunningEngine) -> None:
    schema = {
        "$defs": {"letters": {"pattern": "^(a+)+$"}},
        "properties": {"customer.first_name": {"$ref": "#/$defs/letters"}},
    }
    assert engine.publish(_with_input(sample(1), schema)).status == 201
    assert engine.event(attributes={"customer.first_name": "a" * 60}).status == 200
    refused = engine.event(attributes={"customer.first_name": "a" * 60 + "!"})
    assert (refused.status, refused.codes) == (422, ["wrong_form"])
