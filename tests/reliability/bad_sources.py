"""Data sources that hang, drip, lie or bomb, while a hundred decisions at once wait for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.publications import offer
from tests.reliability.crowd import Crowd, crowd
from tests.reliability.doors import Answer
from tests.reliability.process import EngineProcess
from tests.reliability.story import new_folder
from tests.sources_server import unconnectable

EVENT = "/v1/events/call-started"
AT_ONCE = 100
BUDGET_MS = 80
SLACK_MS = 20
MODES = (
    "hang", "headers", "drip", "cut", "reset", "error", "busy", "garbage", "nan", "doubled", "deep", "wrong_type",
    "big", "bomb", "charset", "redirect", "unconnectable",
)  # fmt: skip

ROOT = Path(__file__).parents[2]
_SOURCE = """
import sys
from tests.sources_server import source_server
with source_server({"balance": 12.5, "filling": "x" * 400}) as source:
    print(source.port, flush=True)
    sys.stdin.read()
"""


@dataclass(slots=True)
class Held:
    """How long after its call each answer came, in milliseconds, and what was wrong with them.

    `without_ms` is the same for as many at once that need no source: what the machine itself takes.
    """

    mode: str
    without_ms: list[float] = field(default_factory=list)
    held_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def ask_bad_sources(folder: Path) -> Iterator[Held]:
    """A hundred decisions at once over each bad source, for customers that the engine knows, over sockets."""
    key = new_folder(folder)
    with _source_process() as source, unconnectable() as port:
        hosts = f"127.0.0.1:{source},127.0.0.1:{port}"
        with EngineProcess(folder, key, environment={"TRADEWIND_ENGINE_PRIVATE_HOSTS": hosts}) as engine:
            while b"tradewind_compiled 1.0" not in engine.call("GET", "/metrics")[1]:
                time.sleep(0.05)
            with crowd(engine.port, key, count=AT_ONCE) as all_at_once:
                for number, mode in enumerate(MODES, start=1):
                    path = (
                        f"127.0.0.1:{port}/{{customer}}"
                        if mode == "unconnectable"
                        else f"127.0.0.1:{source}/mode/{mode}/{{customer}}"
                    )
                    yield _ask(engine, all_at_once, _document(number, mode, f"http://{path}"), mode)
            engine.end(signal.SIGTERM)


@contextmanager
def _source_process() -> Iterator[int]:
    """A source in a process of its own, so that it does not take its time from the engine; its port."""
    command = [sys.executable, "-c", _SOURCE]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate()


def _ask(engine: EngineProcess, all_at_once: Crowd, document: dict[str, Any], mode: str) -> Held:
    held = Held(mode)
    status, said = engine.call("PUT", f"/v1/publications/{document['number']}", document)
    if status != 201:
        held.wrong.append(f"{mode}: not published: {said[:300]!r}")
        return held
    for time_of in ("first", "again"):  # nothing is asked for what the call says itself
        known = all_at_once.ask(EVENT, _calls(f"{mode}-{time_of}", {"customer.balance": 1.0}))
        held.without_ms = [ms for _, ms in known]
    for answer, ms in all_at_once.ask(EVENT, _calls(mode, {})):
        held.held_ms.append(ms)
        held.wrong += [f"{mode}: {wrong}" for wrong in _wrong(answer)]
    return held


def _calls(name: str, attributes: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(AT_ONCE):
        call = {"id": f"{name}-{number}", "session": name, "customer": f"c-{number}", "channel": "call-center"}
        yield {**call, "attributes": attributes}


def _wrong(answer: Answer) -> Iterator[str]:
    if answer.status != 200:
        yield f"answered with {answer.status} {answer.body[:200]!r}"
        return
    decision = answer.json["decision"]
    if decision["missing"] != ["customer.balance"]:
        yield f"names {decision['missing']} as missing"
    if "for-everybody" not in {shown["offer"] for shown in decision["offers"]}:
        yield "does not show the offer that needs no source"


def _document(number: int, mode: str, url: str) -> dict[str, Any]:
    source = {"name": f"billing-{mode.replace('_', '-')}", "request": {"url": url}, "timeout_ms": 5000,
              "mapping": {"customer.balance": "$.balance"}}  # fmt: skip
    return {
        "wire": 1,
        "number": number,
        "condition_groups": [
            {"name": "customer", "attributes": [{"name": "balance", "type": "number", "min": 0, "max": 1000}],
             "populated_by": [{"event": True}, {"data_source": source["name"]}]}
        ],
        "data_sources": [source],
        "events": [{"name": "call-started", "actions": [{"do": "decide", "placement": "desk"}]}],
        "placements": [{"name": "desk", "channel": "call-center", "control_percent": 0.0, "budget_ms": BUDGET_MS}],
        "outcomes": [{"name": "accepted", "reward": 1.0}, {"name": "rejected"}],
        "offers": [
            offer("for-everybody", placements=["desk"]),
            offer("good-payer", placements=["desk"], eligibility="customer.balance < 100.0"),
        ],
    }  # fmt: skip
