"""A real engine process over a data folder: started, listened to, killed or ended by its own id."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec
import urllib3

_SERVE = [sys.executable, "-m", "tradewind.cli", "engine", "serve", "--port", "0", "--data"]


@dataclass(slots=True)
class EngineProcess:
    """`url` and `ready_s`, the seconds until it was ready, stand once it is started."""

    data: Path
    key: str
    url: str = ""
    ready_s: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    _process: subprocess.Popen[str] = field(init=False)
    _listener: threading.Thread = field(init=False)
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=16, retries=False))

    def __enter__(self) -> Self:
        began = time.monotonic()
        self._process = subprocess.Popen(
            [*_SERVE, str(self.data)], env={**os.environ, **self.environment}, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line)
            if found := re.search(r"listening on (http://\S+),", line):
                self.url = found.group(1)
            if "ready at position" in line:
                self.ready_s = time.monotonic() - began
                self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
                self._listener.start()
                return self
        raise RuntimeError("".join(self.said))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self.end(signal.SIGKILL)

    def end(self, number: signal.Signals) -> int:
        """Send the signal and wait; the exit code."""
        self._process.send_signal(number)
        code = self._process.wait(60)
        self._listener.join()
        self._pool.clear()
        return code

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        content = None if body is None else msgspec.json.encode(body)
        answer = self._pool.request(method, self.url + path, body=content, headers=headers, timeout=30.0)
        return answer.status, answer.data

    def _listen(self, stderr: IO[str]) -> None:
        with stderr:
            self.said.extend(stderr)
