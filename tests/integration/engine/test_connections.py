"""What goes over the connections to data sources, byte for byte: what is read, what is kept, what ends them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from tradewind.engine.sources import Call, Fetched, Fetcher, Guard, Hosts, Unanswered

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(slots=True)
class Script:
    """A server that says what it was told to, one answer to each request; None closes the connection instead."""

    port: int
    answers: list[bytes | None]
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: list[bool] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)

    def url(self, path: str = "/x") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def fetcher(self) -> Fetcher:
        return Fetcher(Guard(Hosts(private=frozenset({("127.0.0.1", self.port)}))))

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while request := connection.recv(65536):
                self.requests.append(request)
                answer = self.answers.pop(0)
                if answer is None:
                    return
                connection.sendall(answer)
                if b"\r\n\r\nuntil the end" in answer:
                    return
        self.ended.append(True)

    def close(self) -> None:
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def saying(*answers: bytes | None) -> Iterator[Script]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        script = Script(listening.getsockname()[1], list(answers))
        threading.Thread(target=script.serve, args=(listening,), daemon=True).start()
        try:
            yield script
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            script.close()


def asked(script: Script, times: int = 1, *, method: str = "GET", within_s: float = 5.0) -> list[str]:
    """The body of each answer, or why there was none."""

    async def scene() -> list[str]:
        fetcher = script.fetcher()
        said = []
        for _ in range(times):
            try:
                fetched = await fetcher.fetch(Call(method, script.url()), within_s=within_s)
                said.append(fetched.body.decode())
            except Unanswered as error:
                said.append(error.outcome)
        await fetcher.close()
        return said

    return asyncio.run(scene())


def chunked(*pieces: bytes, trailer: bytes = b"") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n" + trailer + b"\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        chunked(b"o", b"k"),
        chunked(b"o", b"k", trailer=b"Content-Encoding: gzip\r\n"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\nLink: </x>\r\n\r\n" + OK,
    ],
)
def test_one_connection_carries_one_answer_after_another(answer: bytes) -> None:
    with saying(answer, answer, answer) as script:
        assert asked(script, 3) == ["ok"] * 3
        assert script.connections == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "b\r\nX-Evil: 1"},
        {"X-A": "b\n"},
        {"X-A: b\r\nX-B": "c"},
    ],
)
def test_a_header_that_is_more_than_a_line_is_not_sent(headers: dict[str, str]) -> None:
    async def scene(script: Script) -> str:
        fetcher = script.fetcher()
        with pytest.raises(Unanswered) as refused:
            await fetcher.fetch(Call("GET", script.url(), headers), within_s=5.0)
        await fetcher.close()
        return refused.value.outcome

    with saying(OK) as script:
        assert asyncio.run(scene(script)) == "unreachable"
        assert script.requests == []


def test_an_answer_that_does_not_say_how_long_it_is_ends_with_its_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\n\r\nuntil the end"
    with saying(answer, answer) as script:
        assert asked(script, 2) == ["until the end"] * 2
        assert script.connections == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 2\r\n\r\nok", "garbled"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "garbled"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "garbled"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", "failed"),
    ],
)
def test_an_answer_that_is_not_one_ends_its_connection(answer: bytes, outcome: str) -> None:
    with saying(answer, OK) as script:
        assert asked(script, 2) == [outcome, "ok"]
        assert script.connections == 2


def test_what_comes_behind_an_answer_is_no_answer_to_the_next_question() -> None:
    with saying(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", OK) as script:
        assert asked(script, 2) == ["ok", "ok"]
        assert script.connections == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", "refused"),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "failed"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nok", "garbled"),
    ],
)
def test_an_answer_that_is_no_good_but_whole_leaves_its_connection(answer: bytes, outcome: str) -> None:
    with saying(answer, OK) as script:
        assert asked(script, 2) == [outcome, "ok"]
        assert script.connections == 1


def test_a_connection_whose_answer_is_late_is_not_used_again() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", OK) as script:
        assert asked(script, 2, within_s=0.3) == ["late", "ok"]
        assert script.connections == 2


def test_a_connection_that_its_asker_left_is_not_used_again() -> None:
    async def scene(script: Script) -> bytes:
        fetcher = script.fetcher()
        asker = asyncio.create_task(fetcher.fetch(Call("GET", script.url()), within_s=5.0))
        while not script.requests:
            await asyncio.sleep(0.01)
        asker.cancel()
        await asyncio.gather(asker, return_exceptions=True)
        fetched = await fetcher.fetch(Call("GET", script.url()), within_s=5.0)
        await fetcher.close()
        return fetched.body

    with saying(b"HTTP/1.1 200 OK\r\n", OK) as script:
        assert asyncio.run(scene(script)) == b"ok"
        assert script.connections == 2


@pytest.mark.parametrize(("method", "second", "requests"), [("GET", "ok", 3), ("POST", "unreachable", 2)])
def test_a_question_that_met_a_closing_connection_is_sent_once_more_if_it_changes_nothing(
    method: str, second: str, requests: int
) -> None:
    with saying(OK, None, OK) as script:
        assert asked(script, 2, method=method) == ["ok", second]
        assert len(script.requests) == requests


def test_a_closed_fetcher_leaves_no_connection() -> None:
    with saying(OK) as script:
        asked(script)
        deadline = threading.Event()
        while not script.ended:
            deadline.wait(0.01)
        assert script.connections == 1


def test_a_name_is_looked_up_once_for_all_who_connect_at_the_same_time() -> None:
    looked_up: list[str] = []

    async def scene(script: Script) -> list[Fetched]:
        async def inside(host: str, port: int) -> Sequence[str]:
            looked_up.append(host)
            await asyncio.sleep(0)
            return ["127.0.0.1"]

        fetcher = Fetcher(Guard(Hosts(private=frozenset({("billing.internal", script.port)}))), lookup=inside)
        call = Call("GET", f"http://billing.internal:{script.port}/")
        said = await asyncio.gather(*(fetcher.fetch(call, within_s=5.0) for _ in range(3)))
        said.append(await fetcher.fetch(call, within_s=5.0))
        await fetcher.close()
        return said

    with saying(*[OK] * 4) as script:
        assert [fetched.body for fetched in asyncio.run(scene(script))] == [b"ok"] * 4
    assert looked_up == ["billing.internal"]
    assert script.connections == 3


def test_a_media_type_is_read_without_its_parameters() -> None:
    async def scene(script: Script) -> Fetched:
        fetcher = script.fetcher()
        said = await fetcher.fetch(Call("GET", script.url()), within_s=5.0)
        await fetcher.close()
        return said

    answer = b'HTTP/1.1 200 OK\r\nContent-Type: text/XML; x=y; Charset="ISO-8859-2"\r\nContent-Length: 2\r\n\r\nok'
    with saying(answer) as script:
        assert asyncio.run(scene(script)) == Fetched(b"ok", "text/xml", "iso-8859-2")
