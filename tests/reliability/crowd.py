"""A client that sends many calls at one instant and is never what they wait for.

Its connections stand before, its requests are bytes before, and an answer is looked at when all have come.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from tests.reliability.doors import Answer

LIMIT_S: Final = 30.0
_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


@dataclass(slots=True)
class _One:
    """A connection with at most one request on its way; `sent` and `answered` are instants of `perf_counter`."""

    connection: socket.socket
    sent: float = 0.0
    answered: float = 0.0
    parts: list[bytes] = field(default_factory=list)
    missing: int | None = None

    def send(self, request: bytes) -> None:
        self.parts, self.missing = [], None
        self.sent = time.perf_counter()
        self.connection.sendall(request)

    def take(self) -> bool:
        """Read what has come; whether the answer is whole."""
        part = self.connection.recv(1 << 18)
        now = time.perf_counter()
        if not part:
            raise ConnectionError("the engine closed a connection")
        self.parts.append(part)
        if self.missing is None:
            whole = b"".join(self.parts)
            end = whole.find(_END)
            if end < 0:
                return False
            at = whole.lower().index(_LENGTH, 0, end) + len(_LENGTH)
            self.missing = end + len(_END) + int(whole[at : whole.index(b"\r\n", at)]) - len(whole)
        else:
            self.missing -= len(part)
        self.answered = now
        return self.missing == 0

    def answer(self) -> Answer:
        head, _, body = b"".join(self.parts).partition(_END)
        return Answer(int(head[9:12]), body)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many keep-alive connections to one engine."""

    ones: list[_One]
    head: str

    def ask(self, path: str, bodies: Iterable[Any]) -> list[tuple[Answer, float]]:
        """One call on each connection, all at once; the answers, and in how many milliseconds each of them came."""
        requests = [self._request(path, msgspec.json.encode(body)) for body in bodies]
        with selectors.DefaultSelector() as waiting:
            for one in self.ones:
                waiting.register(one.connection, selectors.EVENT_READ, one)
            for one, request in zip(self.ones, requests, strict=True):
                one.send(request)
            while waiting.get_map():
                ready = waiting.select(LIMIT_S)
                if not ready:
                    raise TimeoutError(f"{len(waiting.get_map())} calls got no answer")
                for key, _ in ready:
                    if key.data.take():
                        waiting.unregister(key.fileobj)
        return [(one.answer(), (one.answered - one.sent) * 1000) for one in self.ones]

    def _request(self, path: str, body: bytes) -> bytes:
        return f"POST {path} HTTP/1.1\r\n{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@contextmanager
def crowd(port: int, key: str, *, count: int) -> Iterator[Crowd]:
    """Connect so many, until the end of the block."""
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    ones = [_One(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
    try:
        for one in ones:
            one.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Crowd(ones, head)
    finally:
        for one in ones:
            one.connection.close()
