"""Bad input on every door that takes a body: refused clearly, everything wrong is named, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.engines import Answer, RunningEngine, start_engine
from tests.publications import ATTRIBUTES, offer, sample

from tradewind.engine.service.doors import Door
from tradewind.engine.service.ndjson import NDJSON
from tradewind.engine.service.routes import DOORS

TAKING = [door for door in DOORS if door.takes]
WHOLE = [door for door in TAKING if door.takes[0].media_type != NDJSON]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    engine = start_engine(tmp_path_factory.mktemp("bad") / "engine")
    assert engine.publish(sample(1, offers=3)).status == 201
    yield engine
    engine.stop()


def sent(engine: RunningEngine, door: Door, body: bytes) -> Answer:
    path = door.path.replace("{number:digits}", "2").replace("{name}", "call-started").replace("{id:path}", "c-1")
    headers = {"Content-Type": door.takes[0].media_type}
    return engine.call(door.method, path, body, scope=door.scope, headers=headers)


@pytest.mark.parametrize("door", WHOLE, ids=lambda door: door.name)
def test_ten_megabytes_are_refused(running: RunningEngine, door: Door) -> None:
    head = running.head
    answer = sent(running, door, b'{"a":"' + b"x" * 10_000_000 + b'"}')
    assert (answer.status, answer.json["type"]) == (413, "urn:tradewind:problem:body_too_large")
    assert running.head == head


@pytest.mark.parametrize("door", TAKING, ids=lambda door: door.name)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":NaN}', "not_finite"),
        (b'{"a":-Infinity}', "not_finite"),
        (b'{"a":1e400}', "not_finite"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "duplicate_key"),
        (b'{"a":"\\ud800"}', "lone_surrogate"),
        (b'{"a":' + b"9" * 5000 + b"}", "malformed"),
        (b"\xff", "malformed"),
        (b"\xef\xbb\xbf{}", "malformed"),
        (b"{} {}", "malformed"),
    ],
    ids=[
        "deep", "brackets", "NaN", "infinity", "huge", "doubled",
        "doubled escape", "surrogate", "digits", "latin", "bom", "two",
    ],
)  # fmt: skip
def test_what_is_no_json_of_ours_is_refused(running: RunningEngine, door: Door, body: bytes, code: str) -> None:
    head = running.head
    answer = sent(running, door, body)
    if door.name == "decide_batch":
        problem, summary = (line for line in answer.body.splitlines())
        assert b"body_refused" in problem
        assert code.encode() in problem
        assert b'"refused":1' in summary
    else:
        assert (answer.status, answer.codes) == (422, [code])
    assert running.head == head


def test_one_wrong_offer_among_five_hundred_changes_nothing_and_is_named(running: RunningEngine) -> None:
    document = sample(2)
    document["offers"] = [offer(f"o-{number}") for number in range(500)]
    document["offers"][321]["eligibility"] = "customer.tenure >= 3.0"
    before = running.call("GET", "/v1/publications/current").body
    head = running.head
    answer = running.publish(document)
    assert answer.status == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["/offers/321/eligibility"]
    assert running.head == head
    assert running.call("GET", "/v1/publications/current").body == before
    shown = running.event(attributes=ATTRIBUTES).json["decision"]
    assert shown["publication"] == 1
    assert not any(entry["offer"].startswith("o-") for entry in shown["offers"])


def test_everything_wrong_in_a_publication_is_listed(running: RunningEngine) -> None:
    document: dict[str, Any] = sample(2, offers=200)
    for number in (7, 77, 177):
        document["offers"][number]["profiles"][0]["rule"] = "nope.nope"
    document["offers"][5]["group"] = ""
    document["nope"] = 1
    answer = running.publish(document)
    assert {fault["path"] for fault in answer.json["errors"]} == {"/offers/5/group", "/nope"}
    del document["nope"]
    document["offers"][5]["group"] = "care"
    answer = running.publish(document)
    assert [fault["path"] for fault in answer.json["errors"]] == [
        f"/offers/{number}/profiles/0/rule" for number in (7, 77, 177)
    ]


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("9999-12-31T23:59:59Z", "in_the_future"),
        ("2999-01-01T00:00:00Z", "in_the_future"),
        ("1969-12-31T23:59:59Z", "out_of_range"),
        ("0001-01-01T00:00:00Z", "out_of_range"),
        ("2026-02-30T00:00:00Z", "wrong_form"),
        ("2026-01-01T00:00:00", "wrong_form"),
        ("2026-01-01", "wrong_form"),
    ],
)
def test_an_event_from_another_time_is_refused(running: RunningEngine, time: str, code: str) -> None:
    head = running.head
    data = {"session": "s", "customer": "c", "channel": "call-center"}
    envelope = {"specversion": "1.0", "id": time, "source": "test", "type": "call-started", "time": time, "data": data}
    headers = {"Content-Type": "application/cloudevents+json"}
    answer = running.call("POST", "/v1/events/call-started", envelope, headers=headers)
    assert (answer.status, answer.codes) == (422, [code])
    assert running.head == head


def test_an_event_from_long_ago_is_taken_with_the_counters_of_now(running: RunningEngine) -> None:
    data = {"session": "s-old", "customer": "c-old", "channel": "call-center", "attributes": ATTRIBUTES}
    envelope = {
        "specversion": "1.0",
        "id": "1970",
        "source": "test",
        "type": "call-started",
        "time": "1970-01-01T00:00:00Z",
        "data": data,
    }
    headers = {"Content-Type": "application/cloudevents+json"}
    answer = running.call("POST", "/v1/events/call-started", envelope, headers=headers)
    assert answer.status == 200
    explained = running.call("GET", f"/v1/decisions/{answer.json['decision']['id']}").json
    assert (explained["reproduced"], explained["occurred_at"]) == (True, "1970-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("9999-12-31T23:59:59Z", "in_the_future"),
        ("0001-01-01T00:00:00+14:00", "answered_before_shown"),
        ("1970-01-01T00:00:00Z", "answered_before_shown"),
    ],
)
def test_an_answer_from_another_time_is_refused(running: RunningEngine, at: str, code: str) -> None:
    decision = running.event(attributes=ATTRIBUTES, customer=at).json["decision"]
    head = running.head
    response = {"decision": decision["id"], "offer": decision["offers"][0]["offer"], "outcome": "accepted", "at": at}
    answer = running.respond(response)
    assert (answer.status, answer.codes) == (422, [code])
    assert running.head == head
