"""`tradewind demo` as a process tree: it starts, answers, stops in order, and resumes."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tradewind.cli.processes import free_port, is_port_free

WAIT_SECONDS = 180.0
"""How long a test waits before it gives up; not a budget."""


class RunningDemo:
    def __init__(self, data: Path, ports: tuple[int, int], output: Path, process: subprocess.Popen[bytes]) -> None:
        self.data = data
        self.ports = ports
        self.output = output
        self.process = process
        self.web, self.engine = (f"http://127.0.0.1:{port}" for port in ports)

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not until():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def said(self, words: str) -> bool:
        return words in self.output.read_text()

    def are_both_ready(self) -> bool:
        return all(_status(f"{url}/health/ready") == 200 for url in (self.engine, self.web))

    def keys(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads((self.data / "engine-keys.json").read_text())
        return kept

    def call(self, path: str, body: Any = None, *, scope: str) -> Any:
        headers = {"Authorization": f"Bearer {self.keys()[scope]}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            self.engine + path, data=None if body is None else json.dumps(body).encode(), headers=headers
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(WAIT_SECONDS)


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is there already, with somebody's file in it."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "notes.txt").write_text("mine")
    return folder


@contextmanager
def demo(data: Path, ports: tuple[int, int], *words: str) -> Iterator[RunningDemo]:
    output = data.parent / f"{data.name}.out"
    environment = {**os.environ, "PORT": str(ports[0]), "ENGINE_PORT": str(ports[1]), "TRADEWIND_DATA": str(data)}
    for name in ("DATABASE_URL", "TRADEWIND_ENGINE_URL", "TRADEWIND_ENGINE_KEY", "TRADEWIND_SECRET_KEY"):
        environment.pop(name, None)
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "tradewind.cli", "demo", *words],
            stdout=written,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    running = RunningDemo(data, ports, output, process)
    try:
        yield running
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_it_starts_answers_stops_on_ctrl_c_and_resumes(data: Path, ports: tuple[int, int]) -> None:
    with demo(data, ports, "--traffic", "60") as first:
        first.wait(first.are_both_ready)
        _check_a_stranger_gets_a_decision_every_time(first)
        _check_the_sign_in_page_lists_the_cast(first)
        first.wait(lambda: first.said("The past month has 100 of"))
        number = first.call("/v1/publications/current", scope="read")["number"]
        assert first.end(signal.SIGINT) == 0
    assert first.said("Left the past month") or first.said("Stopping the worker.")
    assert all(is_port_free(port) for port in ports)
    with demo(data, ports, "--traffic", "0") as second:
        second.wait(second.are_both_ready)
        assert second.said("Larkfield is there already, with 2,000 customers.")
        assert second.call("/v1/publications/current", scope="read")["number"] == number
        second.wait(lambda: second.said("The past month has 200 of"))
        assert not second.said("The past month has 100 of")
        assert second.end(signal.SIGTERM) == 0
    assert all(is_port_free(port) for port in ports)
    assert (data / "notes.txt").read_text() == "mine"


def test_a_killed_supervisor_takes_its_children_along(data: Path, ports: tuple[int, int]) -> None:
    with demo(data, ports, "--traffic", "0") as running:
        running.wait(running.are_both_ready)
        running.process.kill()
        running.process.wait()
        deadline = time.monotonic() + WAIT_SECONDS
        while not all(is_port_free(port) for port in ports):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_port_that_is_taken_is_said_in_one_sentence(data: Path, ports: tuple[int, int]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo(data, (port, ports[1])) as refused:
            assert refused.process.wait(WAIT_SECONDS) == 1
        assert refused.output.read_text().startswith(f"tradewind demo: Port {port} for the web is taken;")
        assert len(refused.output.read_text().splitlines()) == 1


def _check_a_stranger_gets_a_decision_every_time(running: RunningDemo) -> None:
    publication = running.call("/v1/publications/current", scope="read")
    event = publication["events"][0]
    placement = next(action["placement"] for action in event["actions"] if action["do"] == "decide")
    channel = next(one["channel"] for one in publication["placements"] if one["name"] == placement)
    assert (event["name"], channel) == ("call-started", "call-center")
    assert sum(placement in offer["placements"] for offer in publication["offers"]) == 12
    for number in range(20):
        body = {"session": f"s-{number}", "customer": f"stranger-{number}", "channel": channel, "attributes": {}}
        assert "id" in running.call(f"/v1/events/{event['name']}", body, scope="decide")["decision"]
    assert set(running.keys()) == {"publish", "decide", "read", "admin"}
    assert stat.S_IMODE((running.data / "engine-keys.json").stat().st_mode) == 0o600


def _check_the_sign_in_page_lists_the_cast(running: RunningDemo) -> None:
    with urllib.request.urlopen(f"{running.web}/accounts/login/", timeout=10) as answer:
        page = answer.read().decode()
    assert "Hannah Lindqvist" in page
    assert "Daniel Wren" in page


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except OSError:
        return 0
