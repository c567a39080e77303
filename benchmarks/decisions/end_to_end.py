"""The highest rate at which 99 of 100 events are answered within 10 ms, everything on.

Rules, one data source asked over HTTP for every event, predictors, caps, and each event durable before it is
answered. The load is open: events are due at Poisson instants fixed beforehand, and their time runs from then on.
Engine, source and client share the machine.

The floor is searched for in the same way: an echo that asks the same source and keeps what it was sent, no more.
"""

from __future__ import annotations

import json
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.decisions import http, servers, world
from benchmarks.decisions.load import Plan, post, written
from benchmarks.results import MICROSECONDS, PER_SECOND, Figure, keep, percentiles

NAME: Final = "end_to_end.rate_at_p99_10ms"
PEER: Final = "echo that asks the same source and keeps each event"
MEMORY: Final = Path("/dev/shm")
"""A folder that is memory: what the rate comes to where no disk has to be waited for."""

BAR_US: Final = 10_000.0
OFFERS: Final = 100
CONNECTIONS: Final = 128
MODEST: Final = 100.0
"""A rate that leaves any machine idle most of the time: what is late then is so for want of a processor or the disk."""

NEARLY: Final = 0.95
"""Of what was due that must have been answered; less means that the engine fell behind."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rate came to, times in microseconds; `asked` is the share of the events that asked the source."""

    rate: float
    answered: float
    p50: float
    p99: float
    failed: int
    asked: float = 1.0

    @property
    def holds(self) -> bool:
        is_whole = not self.failed and self.asked > NEARLY
        return is_whole and self.p99 < BAR_US and self.answered > NEARLY * self.rate


def measure(
    *,
    start: float = 250.0,
    seconds: float = 3.0,
    customers: int = 2_000,
    steps: int = 11,
    folder_in: Path | None = None,
    name: str = NAME,
) -> Figure:
    """Search upwards by steps, then halve the last one; and what a modest rate takes, beside the floor.

    `folder_in` is where the engine's data lies meanwhile.
    """
    with tempfile.TemporaryDirectory(dir=folder_in) as folder_name:
        folder = Path(folder_name)
        port = servers.free_port()
        with servers.source(port), servers.engine(folder / "data", _allowed(port)) as engine:
            engine.call("PUT", "/v1/publications/1", publication(OFFERS, port), scope="publish")
            ours = _searched(_Run(folder, engine.port, engine.keys["decide"], customers, port), start, seconds, steps)
            with servers.floor(folder, source=port) as floor:
                floors = _searched(_Run(folder, floor, "none", customers, port), start, seconds, steps)
    _keep_modest(f"{name}.at_{MODEST:.0f}_a_second", ours[1], floors[1])
    keep(Figure(name=f"{name}.floor", **_said(floors[0])))
    ratio = round(floors[0].rate / ours[0].rate, 3) if ours[0].rate else None
    return keep(Figure(name=name, **_said(ours[0]), peer=PEER, peer_value=round(floors[0].rate, 1), ratio=ratio))


def _searched(run: _Run, start: float, seconds: float, steps: int) -> tuple[Step, Step]:
    """The highest rate that holds, and the modest one; while it warms up a few may find the source too slow."""
    if (asked := run.warm().asked) < NEARLY:
        raise RuntimeError(f"only {asked:.1%} of the events asked the source")
    modest = run.step(MODEST, 2 * seconds)
    return search(lambda rate: run.step(rate, seconds), start=start, steps=steps), modest


def _keep_modest(name: str, ours: Step, floor: Step) -> None:
    keep(
        Figure(
            name=name,
            value=round(ours.p99, 1),
            unit=MICROSECONDS,
            p50=round(ours.p50, 1),
            p99=round(ours.p99, 1),
            peer=PEER,
            peer_value=round(floor.p99, 1),
            peer_p50=round(floor.p50, 1),
            peer_p99=round(floor.p99, 1),
            ratio=round(ours.p99 / floor.p99, 3),
        )
    )


def _asked(source: int) -> int:
    """How often the source was asked so far."""
    with urllib.request.urlopen(f"http://127.0.0.1:{source}/asked") as answer:
        return int(answer.read())


def _said(step: Step) -> dict[str, Any]:
    return {
        "value": round(step.rate, 1),
        "unit": PER_SECOND,
        "p50": round(step.p50, 1),
        "p99": round(step.p99, 1),
    }


def search(step: Callable[[float], Step], *, start: float, steps: int) -> Step:
    """Up by a third while it holds, then between what held and what did not; a failure gets a second chance.

    Where not even `start` holds, downwards by half.
    """
    best, least, most = Step(0.0, 0.0, 0.0, 0.0, 0), 0.0, 0.0
    rate = start
    for _ in range(steps):
        found = step(rate)
        if not found.holds:
            found = step(rate)
        if found.holds:
            best, least = found, rate
        else:
            most = rate
        if most and least and most < least * 1.05:
            break
        rate = _next(rate, least, most)
    return best


def _next(rate: float, least: float, most: float) -> float:
    if not most:
        return rate * 4 / 3
    return (least + most) / 2


def publication(offers: int, port: int) -> dict[str, Any]:
    """The world of the other figures, where half of the offers also want to know the balance at the source."""
    document = world.publication(offers)
    document["condition_groups"].append(
        {
            "name": "account",
            "attributes": [{"name": "balance", "type": "number", "min": 0, "max": 1000, "predictive": True}],
            "populated_by": [{"data_source": "billing"}],
        }
    )
    document["data_sources"] = [
        {
            "name": "billing",
            "request": {"method": "GET", "url": f"http://127.0.0.1:{port}/customers/{{customer}}"},
            "mapping": {"account.balance": "$.customer.balance"},
            "timeout_ms": 60,
        }
    ]
    for offer in document["offers"][::2]:
        offer["eligibility"] += " && account.balance >= 5.0"
    return document


def _allowed(port: int) -> dict[str, str]:
    return {"TRADEWIND_ENGINE_PRIVATE_HOSTS": f"127.0.0.1:{port}"}


class _Run:
    """Steps of load against one server; every event has a session of its own, so that each asks the source."""

    def __init__(self, folder: Path, port: int, key: str, customers: int, source: int) -> None:
        self._folder = folder
        self._port = port
        self._key = key
        self._source = source
        self._calls = [http.event(index) for index in range(customers)]
        self._sent = 0

    def warm(self) -> Step:
        """Every customer has a key and a past."""
        written(self._folder / "requests", list(self._requests(len(self._calls))))
        return self._drive(Plan(
            ports=[self._port], requests=[str(self._folder / "requests")], connections=16, seconds=0.0,
            at_least=len(self._calls), times=str(self._folder / "times"),
        ))  # fmt: skip

    def step(self, rate: float, seconds: float) -> Step:
        written(self._folder / "requests", list(self._requests(int(rate * seconds) + 1)))
        plan = Plan(
            ports=[self._port], requests=[str(self._folder / "requests")], connections=CONNECTIONS,
            seconds=seconds, rate=rate, seed=self._sent, times=str(self._folder / "times"),
        )  # fmt: skip
        step = self._drive(plan)
        print(
            f"  {rate:8,.0f} a second: p50 {step.p50:9,.0f} µs, p99 {step.p99:9,.0f} µs, {step.failed} failed,"
            f" {step.asked:.1%} asked the source",
            flush=True,
        )
        return step

    def _drive(self, plan: Plan) -> Step:
        before = _asked(self._source)
        (part,), (times,) = servers.drive(plan)
        asked = (_asked(self._source) - before) / max(part.count, 1)
        p50, p99 = percentiles(times)
        failed = part.failed + part.left_over
        return Step(plan.rate or 0.0, part.count / part.seconds, p50, p99, failed, asked)

    def _requests(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            known = self._calls[self._sent % len(self._calls)]
            call = {**known, "id": f"e-{self._sent}", "session": f"s-{self._sent}"}  # a session asks a source once
            self._sent += 1
            yield post(http.PATH, json.dumps(call).encode(), key=self._key, port=self._port)
