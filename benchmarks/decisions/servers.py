"""The processes that are measured: the engine as it is delivered, its peer, and the client that drives them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.decisions.load import Plan, Slice

START_LIMIT_S: Final = 60.0
COMPILE_LIMIT_S: Final = 300.0
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Served:
    """An engine that answers on a port, and one key per scope."""

    port: int
    keys: Mapping[str, str]

    def call(self, method: str, path: str, body: Any = None, *, scope: str) -> bytes:
        """One request; anything but 200 and 201 is an error."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Authorization": f"Bearer {self.keys[scope]}", "Content-Type": "application/json"}
        connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if response.status not in (200, 201):
            raise RuntimeError(f"{path} answered {response.status}: {content[:500]!r}")
        return content


@contextlib.contextmanager
def engine(folder: Path, environment: Mapping[str, str] | None = None, *, compiled: bool = True) -> Iterator[Served]:
    """The engine as it is delivered, over an empty or a filled data folder; `compiled` waits until it is fast."""
    keys = {scope: _key(folder, scope) for scope in ("publish", "decide", "read")}
    port = free_port()
    command = [*_TRADEWIND, "engine", "serve", "--data", str(folder), "--port", str(port)]
    with running(command, port, environment):
        served = Served(port, keys)
        if compiled:
            _wait_until_compiled(served)
        yield served


@contextlib.contextmanager
def echo(answer: bytes) -> Iterator[int]:
    """The peer: Starlette and msgspec under the same server, giving `answer` to everything."""
    port = free_port()
    with running(
        [sys.executable, "-m", "benchmarks.decisions.echo", str(port)], port, {"ECHO_ANSWER": answer.decode()}
    ):
        yield port


@contextlib.contextmanager
def floor(folder: Path, *, answer: bytes = b"{}", source: int | None = None, offers: int = 0) -> Iterator[int]:
    """The echo that keeps each body in a file of `folder`, and asks the source on that port and decides, if told to."""
    port = free_port()
    environment = {
        "ECHO_ANSWER": answer.decode(),
        "FLOOR_FILE": str(folder / f"floor-{port}.sqlite3"),
        "FLOOR_OFFERS": str(offers),
    }
    if source is not None:
        environment["FLOOR_SOURCE"] = f"http://127.0.0.1:{source}/customers/"
    with running([sys.executable, "-m", "benchmarks.decisions.floor", str(port)], port, environment):
        yield port


@contextlib.contextmanager
def source(port: int) -> Iterator[None]:
    """The data source, on a port that the publication can name."""
    with running([sys.executable, "-m", "benchmarks.decisions.source", str(port)], port):
        yield


@contextlib.contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """A server process, from the first 200 of its readiness on."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def drive(plan: Plan) -> tuple[list[Slice], list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]]:
    """Run the client; its slices, and the times of each in seconds."""
    file = Path(plan.times).with_suffix(".plan.json")
    file.write_bytes(msgspec.json.encode(plan))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.decisions.load", str(file)], cwd=_ROOT, check=True, stdout=subprocess.PIPE
    )
    slices = msgspec.json.decode(done.stdout, type=list[Slice])
    times = np.fromfile(plan.times)
    ends = np.cumsum([part.count for part in slices])
    return slices, np.split(times, ends[:-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


_TRADEWIND: Final = (sys.executable, "-m", "tradewind.cli")


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _wait_until_compiled(served: Served) -> None:
    deadline = time.monotonic() + COMPILE_LIMIT_S
    while time.monotonic() < deadline:
        if b"tradewind_compiled 1.0" in served.call("GET", "/metrics", scope="read"):
            return
        time.sleep(0.1)
    raise RuntimeError("the engine did not compile its loops")


def _key(folder: Path, scope: str) -> str:
    command = [*_TRADEWIND, "engine", "keys", "create", "--data", str(folder), "--name", scope, "--scope", scope]
    done = subprocess.run([*command, "--quiet"], check=True, capture_output=True, text=True, cwd=_ROOT)
    return done.stdout.strip()
