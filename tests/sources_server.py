"""A real data source for tests and benchmarks: an HTTP server over sockets, good or as bad as one likes.

    with source_server() as source:                       # on a free port of 127.0.0.1
        source.url("/customers/{customer.id}")            # for a publication's data_sources
        source.host                                       # for TRADEWIND_ENGINE_PRIVATE_HOSTS, or `source.hosts`
        source.behave("hang")                             # from the next request on; `source.behave()` is good again
        source.behave("ok", latency_ms=5)
        source.content = {"balance": 12.5}                # what "ok" answers, also a function of the path
        source.requests                                   # what came in: method, path, headers, body

A mode may also be asked for by path, so that one publication has several sources: `/mode/drip/anything`.

Modes: ok, hang (takes the request, never answers), headers (sends half a head and stops), drip (a byte of a good
answer every 10 ms), cut (closes in the middle of the body), error (500), missing (404), busy (503), garbage (no
JSON), nan, doubled (a key twice), deep, wrong_type (a list where a text is), big (10 MB), bomb (a small gzip of
20 MB), gzip (a good one), charset (a charset that does not exist), redirect (302 to `/secret`), soap (an envelope),
xxe (a document type with an entity), reset (closes at once). `unconnectable()` is an address that never finishes a
connection.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tradewind.engine.sources import Answer, Asking, Hosts

type Content = Any | Callable[[str], Any]


async def heard(asked: Answer | Asking) -> Answer:
    """What a question to a source comes to, waited for as the service does."""
    if isinstance(asked, Answer):
        return asked
    seat = asked.begin()
    try:
        await asyncio.wait((seat.task,))
        return seat.task.result()
    finally:
        seat.leave()


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class SourceServer:
    """A running server; change `content`, `behave` and read `requests` from any thread."""

    port: int = 0
    content: Content = field(default_factory=dict)
    requests: list[Received] = field(default_factory=list)
    mode: str = "ok"
    latency_ms: float = 0.0
    _waiting: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def host(self) -> str:
        """As `TRADEWIND_ENGINE_PRIVATE_HOSTS` lists it."""
        return f"127.0.0.1:{self.port}"

    @property
    def hosts(self) -> Hosts:
        """A list of allowed hosts that has this one only."""
        return Hosts(private=frozenset({("127.0.0.1", self.port)}))

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def behave(self, mode: str = "ok", *, latency_ms: float = 0.0) -> None:
        """How the next requests are answered."""
        self.mode, self.latency_ms = mode, latency_ms

    # ------------------------------------------------------------ inside

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(reader, writer):
                    pass
        finally:
            self._waiting.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection goes on."""
        received = await _read(reader)
        self.requests.append(received)
        mode = received.path.split("/")[2] if received.path.startswith("/mode/") else self.mode
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if mode == "hang":
            await asyncio.Event().wait()
        if mode == "reset":
            return False
        head, body = _said(mode, received, self.content)
        if mode == "headers":
            writer.write(head[:20])
            await writer.drain()
            await asyncio.Event().wait()
        if mode == "drip":
            writer.write(head)
            for place in range(len(body)):
                writer.write(body[place : place + 1])
                await writer.drain()
                await asyncio.sleep(0.01)
            return True
        writer.write(head + (body[: len(body) // 2] if mode == "cut" else body))
        await writer.drain()
        return mode != "cut"


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, body)


def _said(mode: str, received: Received, content: Content) -> tuple[bytes, bytes]:
    said = content(received.path) if callable(content) else content
    good = said.encode() if isinstance(said, str) else json.dumps(said).encode()
    kind, status, extra, body = "application/json", "200 OK", "", good
    match mode:
        case "error":
            status, body = "500 Internal Server Error", b"oops"
        case "missing":
            status, body = "404 Not Found", b"{}"
        case "busy":
            status, body = "503 Service Unavailable", b""
        case "redirect":
            status, extra, body = "302 Found", "Location: /secret\r\n", b""
        case "gzip":
            extra, body = "Content-Encoding: gzip\r\n", gzip.compress(good)
        case "bomb":
            extra, body = "Content-Encoding: gzip\r\n", _bomb()
        case "charset":
            kind = "application/json; charset=x-nonsense"
        case "soap":
            kind = "text/xml; charset=utf-8"
        case "xxe":
            kind, body = "text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
        case _:
            body = _BAD.get(mode, good)
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode(), body


_BAD = {
    "garbage": b"<html>this is \xff no JSON",
    "nan": b'{"balance": NaN}',
    "doubled": b'{"balance": 1, "balance": 2}',
    "deep": b"[" * 50_000 + b"]" * 50_000,
    "wrong_type": b'{"balance": ["much"]}',
    "big": b'{"filling": "' + b"x" * 10_000_000 + b'"}',
}


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"filling": "' + b"0" * 20_000_000 + b'"}', compresslevel=9)


@contextmanager
def source_server(content: Content = None, *, tls: ssl.SSLContext | None = None) -> Iterator[SourceServer]:
    """A server in a thread, until the end of the block."""
    source = SourceServer(content={} if content is None else content)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(source._serve, "127.0.0.1", 0, ssl=tls))
    source.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name=f"source-{source.port}", daemon=True)
    thread.start()
    try:
        yield source
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server, source), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: asyncio.Server, source: SourceServer) -> None:
    server.close()
    for task in list(source._waiting):
        task.cancel()
    await asyncio.gather(*source._waiting, return_exceptions=True)


@contextmanager
def unconnectable() -> Iterator[int]:
    """A port of 127.0.0.1 whose queue is full, so that a connection to it never comes about."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(0)
    address = listening.getsockname()
    filling = []
    try:
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(address)
            filling.append(one)
        yield address[1]
    finally:
        for one in filling:
            one.close()
        listening.close()
