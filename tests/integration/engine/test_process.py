"""The engine as a process: its commands, its signals, its end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import urllib3
from tests.publications import ATTRIBUTES, sample

COMMAND = [sys.executable, "-m", "tradewind.cli", "engine"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)


class Serving:
    """A served engine; `said` is what it wrote to stderr so far."""

    def __init__(self, data: Path, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--data", str(data), "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.said = ""
        self.url = ""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if found := re.search(r"listening on (http://\S+),", line):
                self.url = found.group(1)
            if "ready at position" in line:
                break

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        _, rest = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def serving(data: Path) -> Iterator[Serving]:
    served = Serving(data)
    yield served
    if served.process.poll() is None:
        served.end(signal.SIGKILL)


def key(data: Path, *scopes: str) -> str:
    made = run("keys", "create", "--data", str(data), "--name", "test", "--quiet", *(f"--scope={s}" for s in scopes))
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    return made.stdout.strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(serving: Serving, number: signal.Signals) -> None:
    assert serving.end(number) == 0
    assert "Traceback" not in serving.said


def test_a_signal_under_load_loses_no_request_that_got_an_answer(serving: Serving, data: Path) -> None:
    token = key(data, "publish", "decide", "read")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    pool = urllib3.PoolManager(maxsize=8, retries=False)
    assert pool.request("PUT", f"{serving.url}/v1/publications/1", json=sample(), headers=headers).status == 201
    answered: list[str] = []
    going = threading.Event()

    def client(number: int) -> None:
        call = {"session": "s", "customer": f"c-{number}", "channel": "call-center", "attributes": ATTRIBUTES}
        while True:
            try:
                answer = pool.request("POST", f"{serving.url}/v1/events/call-started", json=call, headers=headers)
            except urllib3.exceptions.HTTPError:
                return
            if answer.status != 200:
                return
            answered.append(answer.json()["position"])
            if len(answered) > 40:
                going.set()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    assert going.wait(60)
    assert serving.end(signal.SIGTERM) == 0
    for thread in threads:
        thread.join()
    again = Serving(data)
    lines = pool.request("GET", f"{again.url}/v1/history?types=event_handled", headers=headers).data.splitlines()
    again.end(signal.SIGTERM)
    kept = {msgspec.json.decode(line)["position"] for line in lines}
    assert set(answered) <= kept
    assert run("verify", "--data", str(data)).returncode == 0


def test_a_taken_port_is_one_clear_line(serving: Serving, tmp_path: Path) -> None:
    port = serving.url.rpartition(":")[2]
    refused = run("serve", "--data", str(tmp_path / "other"), "--port", port)
    assert refused.returncode == 1
    assert "Address already in use" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_in_use_is_one_clear_line(serving: Serving, data: Path) -> None:
    refused = run("serve", "--data", str(data), "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr.count("another process writes") == 1
    assert "Traceback" not in refused.stderr


def spoil(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("not what the engine wrote" * 100)


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("keys", "list")])
@pytest.mark.parametrize("spoilt", ["", "keys.sqlite"])
def test_a_folder_that_cannot_be_used_is_one_clear_line(data: Path, command: tuple[str, ...], spoilt: str) -> None:
    spoil(data / spoilt)
    refused = run(*command, "--data", str(data))
    assert refused.returncode == 1
    assert refused.stderr.startswith("tradewind engine: ")
    assert (str(data) in refused.stderr, refused.stderr.count("\n")) == (True, 1)


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_is_none_is_said_wherever_it_came_from(
    data: Path, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = run("serve", "--data", str(data), f"--port={port}")
    monkeypatch.setenv("ENGINE_PORT", port)
    meant = run("serve", "--data", str(data))
    for refused in (given, meant):
        assert refused.returncode == 2
        assert f"'{port}' is not a port" in refused.stderr
    assert run("keys", "list", "--data", str(data)).returncode == 0


def test_keys_are_made_listed_and_revoked(data: Path) -> None:
    token = key(data, "read", "decide")
    listed = run("keys", "list", "--data", str(data))
    assert "decide read" in listed.stdout
    assert token not in listed.stdout
    assert run("keys", "revoke", "--data", str(data), "--name", "test").returncode == 0
    assert "revoked" in run("keys", "list", "--data", str(data)).stdout
    assert run("keys", "revoke", "--data", str(data), "--name", "test").returncode == 1
    assert run("keys", "create", "--data", str(data), "--name", "x", "--scope", "root").returncode == 2


def test_verify_names_the_position_of_a_changed_byte(serving: Serving, data: Path) -> None:
    token = key(data, "publish")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    http = urllib3.PoolManager()
    assert http.request("PUT", f"{serving.url}/v1/publications/1", json=sample(), headers=headers).status == 201
    serving.end(signal.SIGTERM)
    whole = run("verify", "--data", str(data))
    assert whole.returncode == 0
    assert "whole: 1 facts" in whole.stdout
    file = data / "history.sqlite"
    raw = file.read_bytes()
    at = raw.index(b"new-battery")
    file.write_bytes(raw[:at] + b"old" + raw[at + 3 :])
    broken = run("verify", "--data", str(data))
    assert broken.returncode == 1
    assert "broken at position 1" in broken.stderr


def test_the_command_line_starts_without_a_web_framework() -> None:
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tradewind.cli", "--help"],
        capture_output=True, text=True, check=True, env={**os.environ},
    )  # fmt: skip
    assert "VERB" in said.stdout
    assert [name for name in ("django", "fastapi", "numpy", "msgspec") if f" {name}\n" in said.stderr] == []
