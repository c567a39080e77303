"""A light client in a process of its own: raw sockets, prebuilt bytes, nothing parsed but the length of an answer.

    python -m benchmarks.decisions.load PLAN

The plan is a JSON file; every measured time goes to the file that it names, as doubles. Two ways to drive:

- *closed*: a fixed number of keep-alive connections, each sending its next request when the last is answered.
- *open*: requests are due at Poisson instants fixed beforehand, whatever the server does. A time counts from
  the instant a request was due, also while it waits for a free connection, so a stall is seen by all that
  were due in it (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to send where. `requests` is a file of whole HTTP requests, each behind its length in 4 bytes.

    Closed where `rate` is None: every target in turn gets `seconds` of load and `at_least` so many requests,
    `rounds` times. Else open, to the first target. The requests are sent in order from `first` on, round and round.
    """

    ports: list[int]
    requests: list[str]
    connections: int
    seconds: float
    rounds: int = 1
    at_least: int = 0
    rate: float | None = None
    first: int = 0
    seed: int = 1
    times: str


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """What one turn of one target came to; its times are the next `count` of the file."""

    target: int
    count: int
    seconds: float
    failed: int
    left_over: int = 0


class _Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request on its way."""

    def __init__(self, driver: _Driver) -> None:
        self._driver = driver
        self._head = b""
        self._missing = 0
        self._ok = True
        self.began = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def send(self, request: bytes, began: float) -> None:
        self.began = began
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            data = self._head + data
            end = data.find(_END)
            if end < 0:
                self._head = data
                return
            self._head = b""
            self._ok = data[9:12] == b"200"
            at = data.lower().find(_LENGTH, 0, end)
            length = int(data[at + len(_LENGTH) : data.index(b"\r\n", at)])
            self._missing = end + len(_END) + length - len(data)
        if self._missing == 0:
            self._driver.answered(self, time.perf_counter() - self.began, ok=self._ok)

    def connection_lost(self, exc: Exception | None) -> None:
        self._driver.lost()

    def close(self) -> None:
        self._transport.abort()


class _Driver:
    """Drives one target; what is the same for both ways of driving."""

    def __init__(self, requests: list[bytes], first: int) -> None:
        self.requests = requests
        self.next = first
        self.times: list[float] = []
        self.failed = 0
        self.idle: deque[_Connection] = deque()
        self.connections: list[_Connection] = []
        self.done: asyncio.Future[None] | None = None
        self.closing = False

    async def connect(self, port: int, count: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, protocol = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", port)
            self.connections.append(protocol)
            self.idle.append(protocol)

    def request(self) -> bytes:
        request = self.requests[self.next % len(self.requests)]
        self.next += 1
        return request

    def answered(self, connection: _Connection, seconds: float, *, ok: bool) -> None:
        raise NotImplementedError

    def lost(self) -> None:
        if not self.closing and self.done is not None and not self.done.done():
            self.done.set_exception(ConnectionError("the server closed a connection"))

    def close(self) -> None:
        self.closing = True
        for connection in self.connections:
            connection.close()


class Closed(_Driver):
    """Each connection sends its next request when the last one is answered, until `until` and `least` of them."""

    until = 0.0
    least = 0

    async def turn(self, seconds: float, at_least: int) -> float:
        self.done = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self.least = at_least
        self.until = began + seconds
        while self.idle:
            self.idle.popleft().send(self.request(), time.perf_counter())
        await self.done
        return time.perf_counter() - began

    def answered(self, connection: _Connection, seconds: float, *, ok: bool) -> None:
        self.times.append(seconds)
        self.failed += not ok
        now = time.perf_counter()
        if now < self.until or len(self.times) < self.least:
            connection.send(self.request(), now)
            return
        self.idle.append(connection)
        if len(self.idle) == len(self.connections) and self.done is not None and not self.done.done():
            self.done.set_result(None)


class Open(_Driver):
    """Requests leave when they are due, on whichever connection is free; else they wait, and their time runs."""

    def schedule(self, rate: float, seconds: float, seed: int) -> None:
        gaps = np.random.default_rng(seed).exponential(1.0 / rate, max(int(rate * seconds), 1))
        self.due: deque[float] = deque((time.perf_counter() + 0.05 + np.cumsum(gaps)).tolist())
        self.wanted = len(self.due)

    async def turn(self, patience_s: float) -> float:
        """Until all are answered, or `patience_s` after the last was due."""
        loop = asyncio.get_running_loop()
        self.done = loop.create_future()
        began, last = self.due[0], self.due[-1]
        while self.due:
            self._send_due()
            if self.due and self.idle:
                await asyncio.sleep(max(self.due[0] - time.perf_counter(), 0.0))
            elif self.due:
                await asyncio.sleep(0.001)
            if time.perf_counter() > last + patience_s:
                break
        if len(self.times) < self.wanted:
            await asyncio.wait([self.done], timeout=max(last + patience_s - time.perf_counter(), 0.01))
        return time.perf_counter() - began

    def answered(self, connection: _Connection, seconds: float, *, ok: bool) -> None:
        self.times.append(seconds)
        self.failed += not ok
        self.idle.append(connection)
        self._send_due()
        if len(self.times) == self.wanted and self.done is not None and not self.done.done():
            self.done.set_result(None)

    def _send_due(self) -> None:
        now = time.perf_counter()
        while self.due and self.idle and self.due[0] <= now:
            self.idle.popleft().send(self.request(), self.due.popleft())


def written(path: Path, requests: list[bytes]) -> None:
    """Keep whole requests for a plan."""
    with path.open("wb") as file:
        for request in requests:
            file.write(len(request).to_bytes(4, "big") + request)


def post(path: str, body: bytes, *, key: str, port: int) -> bytes:
    """One whole request, as a client with a keep-alive connection sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _read(path: str) -> list[bytes]:
    content = Path(path).read_bytes()
    requests, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        requests.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return requests


async def _closed(plan: Plan) -> list[Slice]:
    """Turn and turn about, so that what slows the machine slows every target."""
    drivers = [Closed(_read(path), plan.first) for path in plan.requests]
    for driver, port in zip(drivers, plan.ports, strict=True):
        await driver.connect(port, plan.connections)
    slices = []
    with Path(plan.times).open("wb") as file:
        for _ in range(plan.rounds):
            for target, driver in enumerate(drivers):
                taken = await driver.turn(plan.seconds, plan.at_least)
                np.asarray(driver.times).tofile(file)
                slices.append(Slice(target=target, count=len(driver.times), seconds=taken, failed=driver.failed))
                driver.times, driver.failed = [], 0
    for driver in drivers:
        driver.close()
    return slices


async def _open(plan: Plan, rate: float) -> list[Slice]:
    driver = Open(_read(plan.requests[0]), plan.first)
    await driver.connect(plan.ports[0], plan.connections)
    driver.schedule(rate, plan.seconds, plan.seed)
    taken = await driver.turn(patience_s=2.0)
    np.asarray(driver.times).tofile(plan.times)
    driver.close()
    left_over = driver.wanted - len(driver.times)
    return [Slice(target=0, count=len(driver.times), seconds=taken, failed=driver.failed, left_over=left_over)]


def main() -> None:
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    slices = asyncio.run(_closed(plan) if plan.rate is None else _open(plan, plan.rate))
    sys.stdout.buffer.write(msgspec.json.encode(slices))


if __name__ == "__main__":
    main()
