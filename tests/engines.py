"""A real engine for tests: the whole application over real sockets, in a thread of the test's process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import urllib3

from tradewind.engine.history.folder import made
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.keys import SCOPES, Keyring
from tradewind.engine.service.serve import EngineServer, listen

START_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (case-insensitive) and the body as it was sent."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def codes(self) -> list[str]:
        """The codes of a problem's errors, in order."""
        return [fault["code"] for fault in self.json.get("errors", [])]


@dataclass(slots=True)
class RunningEngine:
    """An engine that answers at `url`. `keys` has one token per scope; `stop()` may be called twice."""

    url: str
    data: Path
    keys: dict[str, str]
    engine: Engine
    _server: EngineServer
    _thread: threading.Thread
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=16, retries=False))

    def stop(self) -> None:
        """End as SIGTERM would, and wait until every file is closed."""
        self._server.should_exit = True
        self._thread.join(START_LIMIT_S)
        self._pool.clear()
        if self._thread.is_alive():
            raise RuntimeError("the engine did not stop")

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        scope: str | None = None,
        headers: dict[str, str] | None = None,
        timeout_s: float = 30.0,
    ) -> Answer:
        """One request. `body` is encoded as JSON unless it is bytes; `scope` picks the key, "" sends none."""
        sent = {"Content-Type": "application/json", **(headers or {})} if body is not None else dict(headers or {})
        key = self.keys.get(_scope_of(method, path) if scope is None else scope)
        if key is not None and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {key}"
        encoded = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        response = self._pool.request(method, self.url + path, body=encoded, headers=sent, timeout=timeout_s)
        return Answer(response.status, response.headers, response.data)

    def publish(self, document: dict[str, Any]) -> Answer:
        return self.call("PUT", f"/v1/publications/{document['number']}", document)

    def event(self, name: str = "call-started", /, **fields: Any) -> Answer:
        """Run an event; session, customer and channel have defaults."""
        call = {"session": "s-1", "customer": "c-1", "channel": "call-center", "attributes": {}, **fields}
        return self.call("POST", f"/v1/events/{name}", call)

    def respond(self, response: dict[str, Any] | list[dict[str, Any]]) -> Answer:
        return self.call("POST", "/v1/responses", response)

    @property
    def head(self) -> int:
        """The position of the last fact in history."""
        return int(self.call("GET", "/health/ready").json["position"])

    def history(self, **parameters: Any) -> list[dict[str, Any]]:
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        answer = self.call("GET", f"/v1/history?{query}")
        return [msgspec.json.decode(line) for line in answer.body.splitlines()]


def start_engine(data: Path, *, environment: dict[str, str] | None = None, snapshot_every: int = 0) -> RunningEngine:
    """Start an engine on a free loopback port over the data folder, and wait until it is ready.

    `environment` has its settings, such as the hosts that data sources may call; nothing of this process's.
    """
    folder = made(data)
    keyring = Keyring(folder.keys)
    keys: dict[str, str] = {}
    for scope in SCOPES:
        keys[scope] = keyring.create(name=f"test-{scope}", scopes=(scope,), now=int(time.time()))
    keyring.close()
    listening = listen("127.0.0.1", 0)
    settings = environment or {}
    engine = Engine(folder.path, report=lambda line: None, environment=settings, snapshot_every=snapshot_every)
    server = EngineServer(engine, host="127.0.0.1", port=0)
    port = listening.getsockname()[1]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name=f"engine-{port}", daemon=True)
    thread.start()
    running = RunningEngine(f"http://127.0.0.1:{port}", folder.path, keys, engine, server, thread)
    _wait(running)
    return running


def eventually(is_so: Callable[[], bool], within_s: float = 15.0) -> None:
    """Wait for something that happens on another thread."""
    waiting = threading.Event()
    for _ in range(int(within_s / 0.02)):
        if is_so():
            return
        waiting.wait(0.02)
    raise AssertionError("it did not come about")


def _wait(running: RunningEngine) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and running._thread.is_alive():
        try:
            if running.call("GET", "/health/ready", timeout_s=2.0).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.02)
        time.sleep(0.005)
    raise RuntimeError(f"the engine did not start: {running.engine.failure or 'no reason given'}")


def _scope_of(method: str, path: str) -> str:
    if path.startswith(("/v1/publications", "/v1/offers")) and method in ("PUT", "POST"):
        return "publish"
    if path.startswith("/v1/what-if"):
        return "publish"
    if path.startswith("/v1/customers"):
        return "decide" if method in ("PUT", "POST") else "admin"
    return "decide" if path.startswith(("/v1/events", "/v1/responses")) else "read"
