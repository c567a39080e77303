"""Data sources that hang, drip, lie or bomb, while a hundred decisions at once wait for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.publications import offer
from tests.reliability.doors import Answer, Doors, opened
from tests.reliability.story import new_folder
from tests.sources_server import source_server, unconnectable

AT_ONCE = 100
BUDGET_MS = 80
SLACK_MS = 20
MODES = (
    "hang", "headers", "drip", "cut", "reset", "error", "busy", "garbage", "nan", "doubled", "deep", "wrong_type",
    "big", "bomb", "charset", "redirect", "unconnectable",
)  # fmt: skip


@dataclass(slots=True)
class Held:
    """How long decisions were held, in milliseconds as the engine says, and what was wrong with their answers."""

    mode: str
    held_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def ask_bad_sources(folder: Path) -> Iterator[Held]:
    """A hundred decisions at once over each bad source, after as many over a good one."""
    key = new_folder(folder)
    with source_server({"balance": 12.5, "filling": "x" * 400}) as source, unconnectable() as port:
        hosts = f"{source.host},127.0.0.1:{port}"
        for number, mode in enumerate(("ok", *MODES), start=1):
            url = f"http://127.0.0.1:{port}/" if mode == "unconnectable" else source.url(f"/mode/{mode}/x")
            document = _document(number, mode, url)
            held = asyncio.run(_ask(folder, key, {"TRADEWIND_ENGINE_PRIVATE_HOSTS": hosts}, document, mode))
            if mode != "ok" or held.wrong:
                yield held


async def _ask(folder: Path, key: str, environment: dict[str, str], document: dict[str, Any], mode: str) -> Held:
    held = Held(mode)
    async with opened(folder, key, environment=environment) as doors:
        published = await doors.call("PUT", f"/v1/publications/{document['number']}", document)
        if published.status != 201:
            held.wrong.append(f"{mode}: not published: {published.body[:300]!r}")
            return held
        began = time.perf_counter()
        for answer in await asyncio.gather(*(_event(doors, f"{mode}-{number}") for number in range(AT_ONCE))):
            held.wrong += [f"{mode}: {wrong}" for wrong in _wrong(answer, mode)]
            if answer.status == 200:
                held.held_ms.append(answer.json["elapsed_ms"])
        if time.perf_counter() - began > 10:
            held.wrong.append(f"{mode}: all together took {time.perf_counter() - began:.1f} s")
    return held


async def _event(doors: Doors, name: str) -> Answer:
    call = {"id": name, "session": name, "customer": name, "channel": "call-center", "attributes": {}}
    return await doors.call("POST", "/v1/events/call-started", call)


def _wrong(answer: Answer, mode: str) -> Iterator[str]:
    if answer.status != 200:
        yield f"answered with {answer.status} {answer.body[:200]!r}"
        return
    decision = answer.json["decision"]
    missing = [] if mode == "ok" else ["customer.balance"]
    if decision["missing"] != missing:
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
