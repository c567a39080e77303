"""Events that are answered out of the server's protocol: what goes over the connection is what it always was."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw
import pytest
from tests.engines import RunningEngine, eventually
from tests.publications import ATTRIBUTES, sample

from tradewind.engine.service import calls, protocol
from tradewind.engine.service.direct import Direct
from tradewind.engine.service.keys import Keyring

CALL = {"session": "s", "customer": "c", "channel": "call-center", "attributes": ATTRIBUTES}


@pytest.fixture
def taken(published: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each whole call that came went the short way; the customer has a key already."""
    assert published.event(customer="c").status == 200
    _heads(published).clear()
    ways: list[bool] = []
    take = Direct.take

    def watched(*arguments: Any) -> bool:
        ways.append(take(*arguments))
        return ways[-1]

    monkeypatch.setattr(Direct, "take", watched)
    return ways


def test_both_ways_give_the_same_answer_under_the_same_headers(published: RunningEngine, taken: list[bool]) -> None:
    short = published.call("POST", "/v1/events/call-started", {**CALL, "id": "e-1"})
    long = published.call(
        "POST",
        "/v1/events/call-started",
        {**CALL, "id": "e-1"},
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    assert taken == [True, False]
    assert (short.status, short.body) == (long.status, long.body)
    assert list(short.headers) == list(long.headers)
    assert {name: text for name, text in short.headers.items() if name != "date"} == {
        name: text for name, text in long.headers.items() if name != "date"
    }


def test_the_same_id_again_gives_the_same_bytes_the_short_way(published: RunningEngine, taken: list[bool]) -> None:
    first, again = (published.call("POST", "/v1/events/call-started", {**CALL, "id": "e-1"}) for _ in range(2))
    assert taken == [True, True]
    assert first.body == again.body


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({"min_position": "1"}, {}, 200),
        ({"dry_run": True}, {}, 200),
        ({"language": None}, {}, 200),
        ({"channel": ""}, {}, 422),
        ({"attributes": {"no.such": 1}}, {}, 422),
        ({"response": {"decision": "d", "offer": "o", "outcome": "accepted"}}, {}, 422),
        ({}, {"Authorization": "Bearer tw_x_y"}, 401),
        ({}, {"Authorization": "bearer tw_x_y"}, 401),
        ({}, {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "x", "ce-type": "call-started"}, 200),
        ({}, {"Content-Type": "text/plain"}, 415),
    ],
)
def test_whatever_else_there_is_to_a_call_goes_the_long_way(
    published: RunningEngine, taken: list[bool], fields: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    answer = published.call("POST", "/v1/events/call-started", {**CALL, **fields}, headers=headers)
    assert (answer.status, taken) == (status, [False])


def test_a_customer_who_has_no_key_yet_gets_one_the_short_way(published: RunningEngine, taken: list[bool]) -> None:
    short = published.call("POST", "/v1/events/call-started", {**CALL, "customer": "new", "id": "e-1"})
    long = published.call(
        "POST",
        "/v1/events/call-started",
        {**CALL, "customer": "new", "id": "e-1"},
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    assert taken == [True, False]
    assert (short.status, short.body) == (long.status, long.body)


def test_a_key_without_the_scope_and_an_unknown_event_are_refused_as_ever(
    published: RunningEngine, taken: list[bool]
) -> None:
    head = published.head
    assert published.call("POST", "/v1/events/call-started", CALL, scope="read").status == 403
    assert published.call("POST", "/v1/events/call-started", CALL, scope="").status == 401
    assert published.call("POST", "/v1/events/nothing", CALL).status == 404
    assert taken == [False, False, False]
    assert published.head == head


def test_calls_one_behind_the_other_on_one_connection_are_answered_in_order(
    published: RunningEngine, taken: list[bool]
) -> None:
    sessions = [f"s-{index}" for index in range(12)]
    with _connected(published) as connection:
        connection.sendall(b"".join(_request(published, {**CALL, "session": name}) for name in sessions))
        answers = [answer for _, answer in _answers(connection, len(sessions))]
    assert [answer["session"] for answer in answers] == sessions
    assert len({answer["position"] for answer in answers}) == len(sessions)
    assert any(taken)


def test_a_head_that_came_before_is_not_read_again_and_promises_nothing(
    published: RunningEngine, taken: list[bool]
) -> None:
    keyring = Keyring(published.data / "keys.sqlite")
    token = keyring.create(name="late", scopes=("decide",), now=1)
    mine = {"authorization": f"Bearer {token}"}

    def request(**fields: str) -> bytes:
        return _request(published, {**CALL, **fields}, token=token)

    with _connected(published) as connection:
        for name in ("s-1", "s-2", "s-3"):
            connection.sendall(request(session=name))
            ((_, answer),) = _answers(connection, 1)
            assert answer["session"] == name
        assert len(_heads(published)) == 1
        connection.sendall(request(session="s-4", customer="d"))  # is new
        assert _answers(connection, 1)[0][1]["session"] == "s-4"
        cut = request(session="s-5")
        connection.sendall(cut[:-10])
        assert published.call("GET", "/health/live").status == 200
        connection.sendall(cut[-10:])
        assert _answers(connection, 1)[0][1]["session"] == "s-5"
        keyring.revoke(name_or_id="late", now=2)
        connection.sendall(request(session="s-6"))
        assert connection.recv(1000).startswith(b"HTTP/1.1 401 ")
        assert published.call("POST", "/v1/events/call-started", CALL, headers=mine).status == 401
    keyring.close()
    assert taken == [True, True, True, True, True, False, False, False]


def test_no_more_than_so_many_heads_are_remembered(
    published: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MOST_HEADS", 3)
    with _connected(published) as connection:
        for index in range(8):
            connection.sendall(_request(published, CALL, b"x-request: %d\r\n" % index))
            _answers(connection, 1)
            assert len(_heads(published)) <= 3
    assert all(taken)


def test_a_long_head_is_read_every_time(published: RunningEngine, taken: list[bool]) -> None:
    with _connected(published) as connection:
        connection.sendall(_request(published, CALL, b"x-long: %b\r\n" % (b"x" * protocol.MOST_HEAD)))
        _answers(connection, 1)
    assert taken == [True]
    assert _heads(published) == {}


def test_a_body_that_comes_in_pieces_is_waited_for(published: RunningEngine, taken: list[bool]) -> None:
    request = _request(published, CALL)
    with _connected(published) as connection:
        for start in range(0, len(request), 200):
            connection.sendall(request[start : start + 200])
            assert published.call("GET", "/health/live").status == 200
        ((_, answer),) = _answers(connection, 1)
    assert answer["session"] == "s"
    assert taken == [True]


def test_a_large_body_is_left_to_the_long_way(published: RunningEngine, taken: list[bool]) -> None:
    answer = published.call("POST", "/v1/events/call-started", json.dumps(CALL).encode() + b" " * 400_000)
    assert answer.status == 200
    refused = published.call("POST", "/v1/events/call-started", json.dumps(CALL).encode() + b" " * 1_000_001)
    assert refused.status == 413
    assert taken == []


def test_a_chunked_body_is_read_whole(published: RunningEngine, taken: list[bool]) -> None:
    body = json.dumps(CALL).encode()
    pieces = [body[start : start + 64] for start in range(0, len(body), 64)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    head = _request(published, CALL).partition(b"\r\n\r\n")[0]
    head = re.sub(rb"content-length: \d+", b"transfer-encoding: chunked", head)
    with _connected(published) as connection:
        connection.sendall(head + b"\r\n\r\n" + chunks)
        ((_, answer),) = _answers(connection, 1)
    assert answer["session"] == "s"
    assert taken == [True]


def test_a_connection_that_is_to_be_closed_is_closed(published: RunningEngine, taken: list[bool]) -> None:
    with _connected(published) as connection:
        connection.sendall(_request(published, CALL, b"connection: close\r\n"))
        ((head, _),) = _answers(connection, 1)
        assert connection.recv(1) == b""
    assert b"connection: close" in head
    assert taken == [True]


def test_who_asks_whether_to_go_on_is_told_to(published: RunningEngine, taken: list[bool]) -> None:
    head, _, body = _request(published, CALL, b"expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with _connected(published) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        ((_, answer),) = _answers(connection, 1)
    assert answer["session"] == "s"
    assert taken == []


def test_a_connection_that_rests_is_closed_whichever_way_it_was_answered(
    published: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published._server.config, "timeout_keep_alive", 1)
    long = re.sub(rb"application/json", b"application/json; charset=utf-8", _request(published, CALL))
    with _connected(published) as connection:
        for request in (_request(published, CALL), long, _request(published, CALL)):
            connection.sendall(request)
            _answers(connection, 1)
        assert connection.recv(1) == b""
    assert taken == [True, False, True]


def test_a_connection_whose_call_is_still_coming_does_not_rest(
    published: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published._server.config, "timeout_keep_alive", 0.1)
    again = _request(published, {**CALL, "id": "e-1"})  # is durable the second time, so answered while it is read
    late = _request(published, {**CALL, "session": "late"})
    with _connected(published) as connection:
        connection.sendall(again)
        _answers(connection, 1)
    with _connected(published) as connection:
        connection.sendall(again + late[:-10])
        _answers(connection, 1)
        time.sleep(0.3)
        connection.sendall(late[-10:])
        assert _answers(connection, 1)[0][1]["session"] == "late"
    assert taken == [True, True, True]


@pytest.mark.parametrize(("fields", "is_taken"), [({}, True), ({"dry_run": True}, False)])
def test_a_call_that_was_coming_when_the_server_began_to_end_is_the_last_on_its_connection(
    published: RunningEngine, taken: list[bool], fields: dict[str, Any], is_taken: bool
) -> None:
    request = _request(published, {**CALL, **fields})
    with _connected(published) as connection:
        connection.sendall(request[:-10])
        served = _served(published, connection)
        eventually(lambda: served._held is not None)
        served.loop.call_soon_threadsafe(served.shutdown)  # what SIGTERM does to each connection
        eventually(lambda: not served.cycle.keep_alive)
        connection.sendall(request[-10:])
        ((head, _),) = _answers(connection, 1)
        assert connection.recv(1) == b""
    assert b"connection: close" in head
    assert taken == [is_taken]


def test_a_client_that_reads_no_answers_is_waited_for(published: RunningEngine, taken: list[bool]) -> None:
    published._server.servers[0].sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with _connected(published, buffer=4096) as connection:
        served = _served(published, connection)
        sent = 0

        def is_answered() -> bool:
            return len(taken) == sent and served.cycle.response_complete

        while not served.flow.write_paused:
            connection.sendall(_request(published, CALL))
            sent += 1
            eventually(is_answered)
            assert published.call("GET", "/health/live").status == 200  # meanwhile the answer was given to the system
        for _ in range(3):
            connection.sendall(_request(published, CALL))
            assert published.call("GET", "/health/live").status == 200
        assert taken == [True] * sent
        _answers(connection, sent + 3)
        connection.sendall(_request(published, CALL))
        _answers(connection, 1)
    assert taken == [True] * (sent + 1)


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_client_that_closes_its_half_is_let_go_and_its_whole_call_happens_once(
    published: RunningEngine, taken: list[bool], *, is_whole: bool
) -> None:
    head = published.head
    call = {**CALL, "id": "e-half"}
    request = _request(published, call)
    with _connected(published) as connection:
        connection.sendall(request if is_whole else request[:-1])
        connection.shutdown(socket.SHUT_WR)
        _read_all(connection)
    assert taken == [True] * is_whole
    answer = published.call("POST", "/v1/events/call-started", call)
    assert answer.status == 200
    assert (answer.json["position"], published.head) == (str(head + 1), head + 1)


def test_who_goes_away_leaves_the_engine_answering(published: RunningEngine, taken: list[bool]) -> None:
    request = _request(published, CALL)
    for length in (len(request) - 1, len(request)):
        with _connected(published) as connection:
            connection.sendall(request[:length])
    head = published.head
    assert published.event(customer="c").status == 200
    assert published.head > head


def test_who_goes_away_before_the_body_has_come_leaves_nothing_behind(published: RunningEngine) -> None:
    with _connected(published) as connection:
        connection.sendall(_at_a_long_address(published, b"{}")[:-1])
        served = _served(published, connection)
        eventually(lambda: served._held is not None)
    eventually(lambda: served not in served.connections)
    assert served.cycle.disconnected


@pytest.mark.parametrize("body", [b"{}", b" " * (protocol.MOST_HELD + 1)])
def test_an_address_that_the_server_cannot_read_is_refused_and_the_connection_closed(
    published: RunningEngine, body: bytes
) -> None:
    with _connected(published) as connection:
        served = _served(published, connection)
        connection.sendall(_at_a_long_address(published, body))
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
        eventually(lambda: served not in served.connections)
    assert published.event().status == 200


def test_of_two_keys_none_is_looked_up_the_short_way(published: RunningEngine, taken: list[bool]) -> None:
    request = _request(published, CALL).replace(b"authorization:", b"authorization: \r\nauthorization:")
    with _connected(published) as connection:
        connection.sendall(request)
        assert connection.recv(1000).startswith(b"HTTP/1.1 401 ")
    assert taken == [False]


def test_a_fault_of_the_engine_is_a_500_and_is_counted(
    published: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("tradewind.engine.service.handling.decide", broken)
    assert published.call("POST", "/v1/events/call-started", CALL).status == 500
    assert taken == [True]
    page = published.call("GET", "/metrics").body.decode()
    assert 'tradewind_calls_total{door="run_event",status="500"} 1.0' in page


def test_keys_that_cannot_be_read_are_a_500_and_are_counted(
    published: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise apsw.BusyError("database is locked")

    with _connected(published) as connection:
        connection.sendall(_request(published, CALL))
        _answers(connection, 1)
        with monkeypatch.context() as broken_keys:
            broken_keys.setattr(published.engine.keys, "scopes_of", broken)
            for more in (b"", b"x-another: head\r\n"):  # one that is known, and one that is not
                connection.sendall(_request(published, CALL, more))
                assert connection.recv(1000).startswith(b"HTTP/1.1 500 ")
    assert taken == [True, True, True]
    page = published.call("GET", "/metrics").body.decode()
    assert 'tradewind_calls_total{door="run_event",status="500"} 2.0' in page


def test_nothing_is_answered_the_short_way_once_history_has_failed(
    published: RunningEngine, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(published.engine.history, "_commit", broken)
    answer = published.call("POST", "/v1/events/call-started", CALL)
    assert (answer.status, answer.json["type"]) == (503, "urn:tradewind:problem:history_failed")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert taken == [True]


def _heads(published: RunningEngine) -> dict[bytes, Any]:
    served: Any = published._server.config.http_protocol_class
    heads: dict[bytes, Any] = served.heads
    return heads


def _served(published: RunningEngine, connection: socket.socket) -> Any:
    """The server's end of a connection."""
    found: list[Any] = []

    def is_there() -> bool:
        connections: Any = list(published._server.server_state.connections)
        found.extend(served for served in connections if served.client == connection.getsockname())
        return bool(found)

    eventually(is_there)
    return found[0]


def _at_a_long_address(published: RunningEngine, body: bytes) -> bytes:
    return (
        b"POST /v1/events/%b HTTP/1.1\r\nhost: engine\r\nauthorization: Bearer %b\r\ncontent-length: %d\r\n\r\n%b"
        % (b"x" * 70_000, published.keys["decide"].encode(), len(body), body)
    )


def _request(published: RunningEngine, call: dict[str, Any], more: bytes = b"", *, token: str | None = None) -> bytes:
    body = json.dumps(call).encode()
    return (
        b"POST /v1/events/call-started HTTP/1.1\r\nhost: engine\r\ncontent-type: application/json\r\n"
        b"authorization: Bearer %b\r\ncontent-length: %d\r\n%b\r\n%b"
        % ((token or published.keys["decide"]).encode(), len(body), more, body)
    )


def _read_all(connection: socket.socket) -> bytes:
    """Until the server ends the connection."""
    read = b""
    while some := connection.recv(65536):
        read += some
    return read


@contextmanager
def _connected(published: RunningEngine, *, buffer: int | None = None) -> Iterator[socket.socket]:
    """`buffer` is how much of the answers the system takes before the client reads."""
    host, _, port = published.url.removeprefix("http://").rpartition(":")
    with socket.socket() as connection:
        if buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.settimeout(30)
        connection.connect((host, int(port)))
        yield connection


def _answers(connection: socket.socket, count: int) -> list[tuple[bytes, dict[str, Any]]]:
    """So many answers, which are all 200: their heads and what they say."""
    read = b""
    found: list[tuple[bytes, dict[str, Any]]] = []
    while len(found) < count:
        head, ended, rest = read.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if not ended or length is None or len(rest) < int(length.group(1)):
            piece = connection.recv(65536)
            assert piece, "the connection was closed"
            read += piece
            continue
        assert head.startswith(b"HTTP/1.1 200 ")
        found.append((head, json.loads(rest[: int(length.group(1))])))
        read = rest[int(length.group(1)) :]
    return found


def test_a_call_is_read_once_whichever_way_it_goes(engine: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    document = sample(1)
    document["events"].append(
        {"name": "named", "actions": [{"do": "assign", "set": {"customer.segment": '"home"'}}]},
    )
    assert engine.publish(document).status == 201
    read: list[bytes] = []
    quickly = calls.quickly

    def watched(body: bytes) -> Any:
        read.append(body)
        return quickly(body)

    monkeypatch.setattr(calls, "quickly", watched)
    for event in ("named", "nobody-declared-this"):
        read.clear()
        engine.call("POST", f"/v1/events/{event}", CALL)
        assert len(read) == 1
