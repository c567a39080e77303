"""The one client of the engine, against servers that misbehave: it never hangs and says what happened."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tradewind.crm.decisions.engine import Engine, EngineRefused, EngineUnavailable
from tradewind.engine import wire

ANSWER = b'{"session":"s","position":"3","elapsed_ms":0.5}'
CALL = wire.EventCall(id="e-1", session="s", customer="C-1", channel="call-center")


def http(status: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


def read_request(connection: socket.socket) -> bytes:
    """One request with its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65_536)
        if not part:
            return received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


class Server:
    """Serves each connection with the next of `manners`, the last one for ever; keeps what it was asked."""

    def __init__(self, *manners: Callable[[socket.socket], None]) -> None:
        self.manners = list(manners)
        self.asked: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            manner = self.manners.pop(0) if len(self.manners) > 1 else self.manners[0]
            threading.Thread(target=self.one, args=(connection, manner), daemon=True).start()

    def one(self, connection: socket.socket, manner: Callable[[socket.socket], None]) -> None:
        with connection:
            self.asked.append(read_request(connection))
            manner(connection)


@contextmanager
def serving(*manners: Callable[[socket.socket], None]) -> Iterator[Server]:
    server = Server(*manners)
    yield server
    server.listening.close()


def says(answer: bytes) -> Callable[[socket.socket], None]:
    def manner(connection: socket.socket) -> None:
        connection.sendall(answer)

    return manner


def hangs_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def says_nothing(connection: socket.socket) -> None:
    connection.recv(1)  # until the client gives up


def drips(connection: socket.socket) -> None:
    """Sends a body byte by byte, for as long as somebody reads."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
    pause = threading.Event()
    while not pause.wait(0.05):
        try:
            connection.sendall(b" ")
        except OSError:
            return


def ask(server: Server, seconds: float = 5.0) -> wire.EventAnswer:
    return Engine(server.url, "the-key", ask_seconds=seconds).ask("call-started", CALL).answer


def test_a_good_answer_is_read_and_the_key_was_shown() -> None:
    with serving(says(http("200 OK", ANSWER))) as server:
        assert ask(server).position == "3"
        assert b"Authorization: Bearer the-key" in server.asked[0]
        assert server.asked[0].startswith(b"POST /v1/events/call-started HTTP/1.1")


def test_a_lost_connection_is_tried_once_more_with_the_same_id() -> None:
    with serving(hangs_up, says(http("200 OK", ANSWER))) as server:
        assert ask(server).position == "3"
        first, second = (request.partition(b"\r\n\r\n")[2] for request in server.asked)
        assert first == second
        assert b'"id":"e-1"' in first


def test_an_engine_that_keeps_hanging_up_is_away_after_two_tries() -> None:
    with serving(hangs_up) as server, pytest.raises(EngineUnavailable) as unavailable:
        ask(server)
    assert unavailable.value.why == "away"
    assert len(server.asked) == 2


def test_nobody_there_is_away() -> None:
    with serving(hangs_up) as server:
        pass
    with pytest.raises(EngineUnavailable) as unavailable:
        ask(server)
    assert unavailable.value.why == "away"


@pytest.mark.parametrize("manner", [says_nothing, drips])
def test_a_slow_engine_is_given_up_within_the_limit(manner: Callable[[socket.socket], None]) -> None:
    with serving(manner) as server, pytest.raises(EngineUnavailable) as unavailable:
        ask(server, seconds=0.3)
    assert unavailable.value.why == "slow"
    assert unavailable.value.elapsed_ms >= 300
    assert len(server.asked) == 1


def test_a_redirect_is_not_followed() -> None:
    with (
        serving(says(http("302 Found", b"", "Location: /elsewhere"))) as server,
        pytest.raises(EngineUnavailable, match="redirect"),
    ):
        ask(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"session": 3}', b""])
def test_an_answer_that_is_no_message_of_ours_is_no_answer(body: bytes) -> None:
    with serving(says(http("200 OK", body))) as server, pytest.raises(EngineUnavailable, match="cannot be read"):
        ask(server)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("401 Unauthorized", "refused"),
        ("403 Forbidden", "refused"),
        ("429 Too Many Requests", "slow"),
        ("500 Internal Server Error", "slow"),
        ("503 Service Unavailable", "slow"),
    ],
)
def test_what_may_pass_is_unavailable_and_not_refused(status: str, why: str) -> None:
    with serving(says(http(status, b"{}"))) as server, pytest.raises(EngineUnavailable) as unavailable:
        ask(server)
    assert unavailable.value.why == why


def test_a_refusal_brings_its_kind_and_every_fault() -> None:
    problem = (
        b'{"type":"urn:tradewind:problem:body_refused","title":"The body is refused","status":422,'
        b'"errors":[{"path":"/a","code":"x","message":"m","line":1,"column":2},{"path":"/b","code":"y","message":"n"}]}'
    )
    with serving(says(http("422 Unprocessable Content", problem))) as server, pytest.raises(EngineRefused) as refused:
        ask(server)
    assert (refused.value.status, refused.value.kind, refused.value.detail) == (
        422,
        "body_refused",
        "The body is refused",
    )
    assert [(fault.path, fault.line) for fault in refused.value.faults] == [("/a", 1), ("/b", None)]
    assert len(server.asked) == 1


def test_the_key_is_in_no_repr() -> None:
    assert "tw_secret" not in repr(Engine("http://127.0.0.1:1", "tw_secret"))
