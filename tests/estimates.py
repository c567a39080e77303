"""An engine that estimates what a test wants: a real one behind it answers everything but `/v1/what-if`.

What it says keeps to `docs/reference/engine-service.md`; `tests/integration/crm/test_estimates.py` asks a real one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

type Json = dict[str, Any]

LIKELY: Json = {
    "decisions": 2000,
    "empty": 0,
    "ranked_by_profiles": 0,
    "compared": 1200,
    "effective_size": 640.5,
    "unsupported": 0.0,
    "logged": 0.2,
    "offers": [
        {"offer": "O-1", "shown": 900, "would_be_shown": 400},
        {"offer": "O-2", "shown": 300, "would_be_shown": 800},
        {"offer": "O-3", "shown": 100, "would_be_shown": 100},
    ],
    "left_out": {"unanswered": 12},
}


def found(verdict: str, *, margin: float = 0.01, **fields: Any) -> Json:
    """A result with this verdict, and numbers that bear it out."""
    gains = {
        "better": (0.05, 0.02, 0.08),
        "not worse": (0.004, -0.005, 0.013),
        "worse": (-0.06, -0.09, -0.03),
        "not enough evidence": (0.0, -0.05, 0.05),
    }
    value, low, high = gains[verdict]
    gain = {"estimate": value, "low": low, "high": high}
    acceptance = {"estimate": 0.2 + value, "low": 0.2 + low, "high": 0.2 + high}
    return {**LIKELY, "verdict": verdict, "margin": margin, "gain": gain, "acceptance": acceptance, **fields}


def nothing_compared(**fields: Any) -> Json:
    """A result of a history in which nobody has answered."""
    nothing: Json = {"acceptance": None, "gain": None, "compared": 0, "effective_size": 0.0, "offers": []}
    return found("not enough evidence", **{**nothing, **fields})


@dataclass(slots=True)
class EstimatingEngine:
    """Answers at `url`. A question stays where `reach` left it until `finish` or `fail`; `forget` is a restart."""

    url: str
    questions: list[Json] = field(default_factory=list)
    asked: dict[str, Json] = field(default_factory=dict)
    is_busy: bool = False
    knows_the_call: bool = True

    def ask(self, question: Json) -> tuple[int, Json]:
        if not self.knows_the_call:
            return 404, problem(404, "route_unknown", "There is nothing here")
        if self.is_busy or any(answer["status"] == "running" for answer in self.asked.values()):
            return 429, problem(429, "too_busy", "Too many calls are waiting")
        self.questions.append(question)
        id_ = f"w-{len(self.questions)}"
        self.asked[id_] = {"id": id_, "status": "running", "at": 0, "of": 410, "since": "10", "until": "410"}
        return 202, self.asked[id_]

    def look(self, id_: str) -> tuple[int, Json]:
        if id_ in self.asked:
            return 200, self.asked[id_]
        return 404, problem(404, "what_if_unknown", "This engine knows no such question")

    @property
    def last(self) -> Json:
        return self.asked[f"w-{len(self.questions)}"]

    def reach(self, at: int) -> None:
        self.last["at"] = at

    def finish(self, result: Json) -> None:
        self.last.update(status="done", at=self.last["of"], result=result)

    def fail(self, reason: str) -> None:
        self.last.update(status="failed", reason=reason)

    def forget(self) -> None:
        self.asked.clear()


def problem(status: int, kind: str, title: str) -> Json:
    return {"type": f"urn:tradewind:problem:{kind}", "title": title, "status": status}


@contextmanager
def estimating(behind: str) -> Iterator[EstimatingEngine]:
    """An estimating engine in front of the one at the address `behind`."""
    pool = urllib3.PoolManager(maxsize=8, retries=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answered()

        def do_POST(self) -> None:
            self._answered()

        def do_PUT(self) -> None:
            self._answered()

        def _answered(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/v1/what-if":
                self._say(*engine.ask(json.loads(body)))
            elif self.path.startswith("/v1/what-if/"):
                self._say(*engine.look(self.path.rpartition("/")[2]))
            else:
                kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
                passed = pool.request(self.command, behind + self.path, body=body or None, headers=kept)
                self._send(passed.status, passed.data)

        def _say(self, status: int, answer: Json) -> None:
            self._send(status, json.dumps(answer).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    engine = EstimatingEngine(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, name="estimating-engine", daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        pool.clear()
