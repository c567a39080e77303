"""`respond` and `notify`: what an event takes with it, and whom it tells afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine, eventually, start_engine
from tests.publications import offer, sample
from tests.sources_server import SourceServer, source_server

Json = dict[str, Any]


@pytest.fixture
def source() -> Iterator[SourceServer]:
    with source_server() as running:
        yield running


@pytest.fixture
def engine(tmp_path: Path, source: SourceServer) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine", environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    yield running
    running.stop()


def document(*actions: Json, number: int = 1) -> Json:
    content = sample(number, offers=3)
    content["offers"] = [offer("one", reoffer_after_days=30), offer("two"), offer("three")]
    content["contact_policies"] = [{"name": "no", "scope": "offer", "counts": "rejected", "max": 1, "days": 30}]
    content["events"].append({"name": "answered", "actions": list(actions)})
    return content


RESPOND: Json = {"do": "respond"}
DECIDE: Json = {"do": "decide", "placement": "desk"}


def first(engine: RunningEngine) -> tuple[str, str]:
    """A decision and the first offer it showed."""
    decision = engine.event().json["decision"]
    return decision["id"], decision["offers"][0]["offer"]


def test_a_response_counts_before_its_event_decides(engine: RunningEngine) -> None:
    engine.publish(document(RESPOND, DECIDE))
    decision, offered = first(engine)
    response = {"decision": decision, "offer": offered, "outcome": "rejected"}
    answer = engine.event("answered", id="e-2", response=response)
    assert answer.status == 200
    assert offered not in {each["offer"] for each in answer.json["decision"]["offers"]}
    last = engine.history(types="event_handled,response_recorded")[-2:]
    assert [line["type"] for line in last] == ["response_recorded", "event_handled"]
    assert int(last[1]["position"]) == int(last[0]["position"]) + 1 == int(answer.json["position"])
    assert answer.json["decision"]["position"] == last[0]["position"]


def test_the_same_event_again_records_its_response_once(engine: RunningEngine) -> None:
    engine.publish(document(RESPOND, DECIDE))
    decision, offered = first(engine)
    response = {"decision": decision, "offer": offered, "outcome": "accepted"}
    one = engine.event("answered", id="e-2", response=response)
    assert engine.event("answered", id="e-2", response=response).body == one.body
    assert len(engine.history(types="response_recorded")) == 1
    assert engine.event("answered", id="e-3", response=response).status == 200
    assert len(engine.history(types="response_recorded")) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"decision": "AAAA"}, 404, "unknown_decision"),
        ({"offer": "nothing"}, 404, "unknown_offer"),
        ({"outcome": "whatever"}, 422, "unknown_outcome"),
        ({"id": "e-2"}, 422, "id_used"),
    ],
)
def test_a_refused_response_refuses_the_whole_event(
    engine: RunningEngine, change: Json, status: int, code: str
) -> None:
    engine.publish(document(RESPOND, DECIDE))
    decision, offered = first(engine)
    head = engine.head
    response = {"decision": decision, "offer": offered, "outcome": "accepted", **change}
    for who in ("c-1", "c-new"):
        refused = engine.event("answered", id="e-2", customer=who, response=response)
        assert (refused.status, refused.codes) == (status, [code])
        assert refused.json["errors"][0]["path"] == "/response"
    assert engine.head == head


def test_an_event_without_the_action_takes_no_response(engine: RunningEngine) -> None:
    engine.publish(document(DECIDE))
    refused = engine.event("answered", response={"decision": "a", "offer": "b", "outcome": "c"})
    assert (refused.status, refused.codes) == (422, ["not_taken"])


def test_an_event_with_the_action_needs_no_response(engine: RunningEngine) -> None:
    engine.publish(document(RESPOND, DECIDE))
    assert engine.event("answered").status == 200


def test_a_dry_run_refuses_what_the_event_would_and_records_nothing(engine: RunningEngine) -> None:
    engine.publish(document(RESPOND, DECIDE))
    decision, offered = first(engine)
    head = engine.head
    response = {"decision": decision, "offer": offered, "outcome": "accepted"}
    assert engine.event("answered", response=response, dry_run=True).status == 200
    assert engine.event("answered", response={**response, "offer": "x"}, dry_run=True).status == 404
    assert engine.head == head


# ---------------------------------------------------------------- notify


def notified(source: SourceServer) -> list[str]:
    return [request.headers["ce-id"] for request in source.requests]


def test_an_event_is_told_as_a_cloud_event(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(DECIDE, {"do": "notify", "url": source.url("/hook")}))
    answer = engine.event("answered", id="e-ü", attributes={"customer.segment": "home"})
    eventually(lambda: len(source.requests) == 1)
    told = source.requests[0]
    assert (told.method, told.path) == ("POST", "/hook")
    assert told.headers["ce-specversion"] == "1.0"
    assert told.headers["ce-type"] == "answered"
    assert told.headers["ce-id"] == "e-%C3%BC"
    assert told.headers["ce-position"] == answer.json["position"]
    assert told.headers["content-type"] == "application/json"
    body = msgspec.json.decode(told.body)
    assert body["customer"] == "c-1"
    assert body["attributes"] == {"customer.segment": "home"}
    assert body["answer"] == answer.json


def test_an_event_without_the_action_is_told_to_nobody(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(DECIDE, {"do": "notify", "url": source.url("/hook")}))
    engine.event(id="quiet")
    engine.event("answered", id="loud")
    eventually(lambda: bool(source.requests))
    assert notified(source) == ["loud"]


def test_what_was_not_taken_is_told_again_after_a_restart(engine: RunningEngine, source: SourceServer) -> None:
    source.behave("busy")
    engine.publish(document(DECIDE, {"do": "notify", "url": source.url("/hook")}))
    for number in range(5):
        engine.event("answered", id=f"e-{number}")
    eventually(lambda: bool(source.requests))
    engine.stop()
    source.behave()
    before = len(source.requests)
    assert set(notified(source)) == {"e-0"}
    again = start_engine(engine.data, environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    try:
        eventually(lambda: len(source.requests) >= before + 5)
        assert notified(source)[before:] == [f"e-{number}" for number in range(5)]
        again.event("answered", id="e-5")
        eventually(lambda: notified(source)[-1] == "e-5")
    finally:
        again.stop()
    third = start_engine(engine.data, environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    try:
        third.event("answered", id="e-6")
        eventually(lambda: notified(source)[-1] == "e-6")
    finally:
        third.stop()
    assert notified(source)[before:] == [f"e-{number}" for number in range(7)]


def test_a_lost_cursor_tells_everything_again_rather_than_nothing(engine: RunningEngine, source: SourceServer) -> None:
    engine.publish(document(DECIDE, {"do": "notify", "url": source.url("/hook")}))
    engine.event("answered", id="e-1")
    eventually(lambda: len(source.requests) == 1)
    engine.stop()
    (engine.data / "notified.json").write_text("no JSON")
    again = start_engine(engine.data, environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    try:
        eventually(lambda: notified(source) == ["e-1", "e-1"])
    finally:
        again.stop()


def test_one_receiver_that_is_down_holds_up_no_other(engine: RunningEngine, source: SourceServer) -> None:
    down, up = source.url("/mode/busy/a"), source.url("/mode/ok/b")
    engine.publish(document(DECIDE, {"do": "notify", "url": down}, {"do": "notify", "url": up}))
    for number in range(3):
        engine.event("answered", id=f"e-{number}")

    def told() -> list[str]:
        return [request.headers["ce-id"] for request in source.requests if request.path == "/mode/ok/b"]

    eventually(lambda: len(told()) == 3)
    assert told() == ["e-0", "e-1", "e-2"]


def test_a_notification_that_is_refused_is_not_sent_again(engine: RunningEngine, source: SourceServer) -> None:
    source.behave("missing")
    engine.publish(document(DECIDE, {"do": "notify", "url": source.url("/hook")}))
    engine.event("answered", id="e-1")
    eventually(lambda: len(source.requests) == 1)
    source.behave()
    engine.event("answered", id="e-2")
    eventually(lambda: notified(source) == ["e-1", "e-2"])
    page = engine.call("GET", "/metrics").body.decode()
    assert 'tradewind_notifications_total{outcome="refused"} 1.0' in page


def test_a_text_that_doubles_with_every_event_stops_growing(engine: RunningEngine) -> None:
    content = document({"do": "assign", "set": {"customer.first_name": "customer.first_name + customer.first_name"}})
    content["events"][-1]["output"] = {"said": "{{ customer.first_name }}"}
    engine.publish(content)
    sent = {"customer.first_name": "x" * 10_000}
    said = [len(engine.event("answered", attributes=sent if n == 0 else {}).json["output"]["said"]) for n in range(3)]
    assert said == [10_000] * 3
