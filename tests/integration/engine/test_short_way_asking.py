"""Events that ask a data source and are answered out of the server's protocol: what is answered is what it ever was."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.engines import Answer, RunningEngine, eventually, start_engine
from tests.publications import offer
from tests.sources_server import SourceServer, source_server

from tradewind.engine.service import deciding
from tradewind.engine.service.direct import Direct

Json = dict[str, Any]

CALL = {"session": "s-1", "customer": "c-1", "channel": "call-center"}
LONG = {"Content-Type": "application/json; charset=utf-8"}


class Gate:
    """A source whose answers wait until they may go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go = threading.Event()

    def __call__(self, path: str) -> Json:
        self.entered.set()
        self.go.wait(20)
        return {"balance": 12.5}


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def source(gate: Gate) -> Iterator[SourceServer]:
    with source_server({"balance": 12.5}) as running:
        yield running
        gate.go.set()


@pytest.fixture
def engine(tmp_path: Path, source: SourceServer) -> Iterator[RunningEngine]:
    running = start_engine(tmp_path / "engine", environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": source.host})
    assert running.publish(document(source, 1)).status == 201
    yield running
    running.stop()


@pytest.fixture
def taken(engine: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each whole call that came went the short way."""
    ways: list[bool] = []
    take = Direct.take

    def watched(*arguments: Any) -> bool:
        ways.append(take(*arguments))
        return ways[-1]

    monkeypatch.setattr(Direct, "take", watched)
    return ways


def document(source: SourceServer, number: int, *, event: str = "call-started") -> Json:
    attributes = [{"name": "balance", "type": "number", "min": 0, "max": 1000}]
    billing = {
        "name": "billing",
        "request": {"url": source.url("/{customer}")},
        "mapping": {"account.balance": "$.balance"},
        "timeout_ms": 5000,
    }
    return {
        "wire": 1,
        "number": number,
        "condition_groups": [
            {"name": "account", "attributes": attributes, "populated_by": [{"data_source": "billing"}]}
        ],
        "data_sources": [billing],
        "events": [{"name": event, "actions": [{"do": "decide", "placement": "desk"}]}],
        "placements": [{"name": "desk", "channel": "call-center", "control_percent": 0.0, "budget_ms": 5000}],
        "outcomes": [{"name": "accepted", "reward": 1.0}],
        "offers": [offer("good-payer", placements=["desk"], eligibility="account.balance < 100.0")],
    }


def run(engine: RunningEngine, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
    return engine.call("POST", "/v1/events/call-started", {**CALL, **fields}, headers=headers)


def test_an_event_that_asks_goes_the_short_way_and_says_what_the_long_one_says(
    engine: RunningEngine, taken: list[bool], source: SourceServer
) -> None:
    short, long = run(engine, id="e-1"), run(engine, LONG, id="e-1")
    assert taken == [True, False]
    assert (short.status, short.body) == (long.status, long.body)
    assert list(short.headers) == list(long.headers)
    assert [each["offer"] for each in short.json["decision"]["offers"]] == ["good-payer"]
    assert [request.path for request in source.requests] == ["/c-1"]


def test_a_session_is_remembered_between_both_ways(
    engine: RunningEngine, taken: list[bool], source: SourceServer
) -> None:
    for headers in ({}, LONG, {}):
        assert run(engine, headers).json["decision"]["missing"] == []
    assert taken == [True, False, True]
    assert len(source.requests) == 1


@pytest.mark.parametrize("headers", [{}, LONG])
def test_an_event_that_a_new_publication_does_not_declare_is_refused_while_it_waits(
    engine: RunningEngine, taken: list[bool], source: SourceServer, gate: Gate, headers: dict[str, str]
) -> None:
    source.content = gate
    head = engine.head
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(run, engine, headers)
        assert gate.entered.wait(10)
        assert engine.publish(document(source, 2, event="another")).status == 201
        gate.go.set()
        refused = asked.result(10)
    assert (refused.status, refused.json["type"]) == (404, "urn:tradewind:problem:event_unknown")
    assert refused.json["detail"] == "publication 2 declares no event of this name"
    assert refused.headers["content-type"] == "application/problem+json"
    assert taken == [not headers]
    assert engine.head == head + 1


@pytest.mark.parametrize("headers", [{}, LONG])
def test_an_id_that_was_used_while_the_event_waited_is_refused(
    engine: RunningEngine, source: SourceServer, gate: Gate, headers: dict[str, str]
) -> None:
    source.content = gate
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(run, engine, headers, id="e-1")
        assert gate.entered.wait(10)
        other = engine.event(id="e-1", customer="c-2", session="s-2", attributes={}, dry_run=False)
        gate.go.set()
        answers = {asked.result(10).status, other.status}
    assert answers == {200, 422}
    assert len(engine.history(types="event_handled")) == 1


def test_an_event_whose_caller_went_away_is_run_all_the_same(
    engine: RunningEngine, taken: list[bool], source: SourceServer, gate: Gate
) -> None:
    source.content = gate
    with _sent(engine):
        assert gate.entered.wait(10)
    gate.go.set()
    eventually(lambda: len(engine.history(types="event_handled")) == 1)
    assert taken == [True]


def test_the_server_waits_for_an_event_that_asks_when_it_ends(
    engine: RunningEngine, source: SourceServer, gate: Gate
) -> None:
    source.content = gate
    with _sent(engine) as connection:
        assert gate.entered.wait(10)
        engine._server.should_exit = True
        eventually(lambda: not engine._server.servers[0].is_serving())
        gate.go.set()
        said = connection.recv(65536)
        assert said.startswith(b"HTTP/1.1 200 ")
        assert b"connection: close" in said
        assert connection.recv(1) == b""


def test_an_event_that_still_asks_when_the_server_has_waited_for_long_is_a_500(
    engine: RunningEngine, source: SourceServer, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine._server.config, "timeout_graceful_shutdown", 0.1)
    source.content = gate
    with _sent(engine) as connection:
        assert gate.entered.wait(10)
        engine._server.should_exit = True
        assert connection.recv(65536).startswith(b"HTTP/1.1 500 ")


def test_a_fault_while_an_event_waits_is_a_500_and_is_counted(
    engine: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(deciding, "filled", broken)
    short, long = run(engine), run(engine, LONG)
    assert (short.status, short.json) == (long.status, long.json)
    assert short.status == 500
    assert taken == [True, False]
    page = engine.call("GET", "/metrics").body.decode()
    assert 'tradewind_calls_total{door="run_event",status="500"} 2.0' in page


def test_calls_are_answered_in_order_while_one_of_them_waits(
    engine: RunningEngine, source: SourceServer, gate: Gate
) -> None:
    source.content = gate
    with _sent(engine) as connection:
        assert gate.entered.wait(10)
        connection.sendall(_request(engine, customer="c-2", session="s-2"))
        assert engine.call("GET", "/health/live").status == 200
        gate.go.set()
        said = b""
        while said.count(b"HTTP/1.1 200 ") < 2 or not said.endswith(b"}"):
            said += connection.recv(65536)
    assert said.index(b'"session":"s-1"') < said.index(b'"session":"s-2"')


def _request(engine: RunningEngine, **fields: Any) -> bytes:
    body = json.dumps({**CALL, **fields}).encode()
    return (
        b"POST /v1/events/call-started HTTP/1.1\r\nhost: engine\r\ncontent-type: application/json\r\n"
        b"authorization: Bearer %b\r\ncontent-length: %d\r\n\r\n%b" % (engine.keys["decide"].encode(), len(body), body)
    )


def _sent(engine: RunningEngine) -> socket.socket:
    """A connection over which an event was sent."""
    host, _, port = engine.url.removeprefix("http://").rpartition(":")
    connection = socket.create_connection((host, int(port)), 30)
    connection.sendall(_request(engine))
    return connection
