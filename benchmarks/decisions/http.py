"""One decision over HTTP, history on, beside a bare Starlette and msgspec echo that returns the same bytes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.decisions import world
from benchmarks.results import record

WARM_UP = 100
ROUNDS = 1500
START_LIMIT_S = 30.0
PEER = "bare Starlette + msgspec echo"


def measure(offers: int) -> None:
    with tempfile.TemporaryDirectory() as folder, _engine(Path(folder)) as (port, keys):
        document = world.publication(offers)
        _call(port, "PUT", "/v1/publications/1", document, keys["publish"])
        bodies = [json.dumps(_event(index)).encode() for index in range(WARM_UP + ROUNDS)]
        sample = _call(port, "POST", "/v1/events/asked", _event(0), keys["decide"])
        with _echo(sample) as echo_port:
            ours, theirs = _side_by_side(port, echo_port, bodies, keys["decide"])
    record(f"http.offers={offers}", seconds=ours, peer=PEER, peer_seconds=theirs)


def _event(index: int) -> dict[str, Any]:
    customer = f"c-{index % 200}"
    attributes = world.attributes(index)
    return {"session": f"s-{index}", "customer": customer, "channel": "call-center", "attributes": attributes}


def _side_by_side(port: int, echo_port: int, bodies: Sequence[bytes], key: str) -> tuple[list[float], list[float]]:
    """Turn and turn about, so that what slows the machine slows both. Seconds a call, the warm-up left out."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connections = [http.client.HTTPConnection("127.0.0.1", number) for number in (port, echo_port)]
    seconds: tuple[list[float], list[float]] = ([], [])
    for body in bodies:
        for connection, taken in zip(connections, seconds, strict=True):
            began = time.perf_counter()
            connection.request("POST", "/v1/events/asked", body=body, headers=headers)
            response = connection.getresponse()
            response.read()
            taken.append(time.perf_counter() - began)
            if response.status != 200:
                raise RuntimeError(f"answered {response.status}")
    return seconds[0][WARM_UP:], seconds[1][WARM_UP:]


def _call(port: int, method: str, path: str, body: Any, key: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request(method, path, body=json.dumps(body), headers=headers)
    response = connection.getresponse()
    content = response.read()
    if response.status not in (200, 201):
        raise RuntimeError(f"{path} answered {response.status}: {content[:500]!r}")
    return content


@contextlib.contextmanager
def _engine(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    keys = {scope: _key(folder, scope) for scope in ("publish", "decide")}
    port = _free_port()
    command = [_tradewind(), "engine", "serve", "--data", str(folder), "--port", str(port)]
    with _running(command, port):
        yield port, keys


@contextlib.contextmanager
def _echo(answer: bytes) -> Iterator[int]:
    port = _free_port()
    environment = {**os.environ, "ECHO_ANSWER": answer.decode()}
    with _running([sys.executable, "-m", "benchmarks.decisions.echo", str(port)], port, environment):
        yield port


@contextlib.contextmanager
def _running(command: Sequence[str], port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        with contextlib.suppress(OSError):
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _key(folder: Path, scope: str) -> str:
    command = [_tradewind(), "engine", "keys", "create", "--data", str(folder), "--name", scope, "--scope", scope]
    return subprocess.run([*command, "--quiet"], check=True, capture_output=True, text=True).stdout.strip()


def _tradewind() -> str:
    return str(Path(sys.executable).with_name("tradewind"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
