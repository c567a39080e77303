"""One decision over HTTP, history on, beside a bare Starlette and msgspec echo that returns the same bytes.

And beside the floor: the same echo, made to keep what it was sent, which is the least that any durable answer costs;
once more with `decide` called for each, which is the least that any durable answer with this decision costs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.decisions import servers, world
from benchmarks.decisions.load import Plan, Slice, post, written
from benchmarks.results import PER_SECOND, Figure, keep, percentiles

PEER: Final = "bare Starlette + msgspec echo"
PATH: Final = "/v1/events/asked"
FLOOR: Final = "http.floor"


def measure(
    offers: int,
    *,
    connections: int = 32,
    rounds: int = 12,
    seconds: float = 1.0,
    customers: int = 2_000,
    compiled: bool = True,
) -> Figure:
    """Requests a second and their times over `connections` keep-alive connections, turn and turn about."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.engine(folder / "data", compiled=compiled) as ours:
            ours.call("PUT", "/v1/publications/1", world.publication(offers), scope="publish")
            sample = ours.call("POST", PATH, event(0), scope="decide")
            with (
                servers.echo(sample) as theirs,
                servers.floor(folder, answer=sample) as floor,
                servers.floor(folder, answer=sample, offers=offers) as deciding,
            ):
                return _compare(
                    folder,
                    ours,
                    (theirs, floor, deciding),
                    offers,
                    customers=customers,
                    connections=connections,
                    rounds=rounds,
                    seconds=seconds,
                )


def event(index: int) -> dict[str, Any]:
    """What a touchpoint sends: a customer with 30 attributes."""
    customer = f"c-{index}"
    attributes = world.attributes(index)
    return {"session": f"s-{index}", "customer": customer, "channel": "call-center", "attributes": attributes}


def requests(served: servers.Served, count: int) -> list[bytes]:
    bodies = [json.dumps(event(index)).encode() for index in range(count)]
    return [post(PATH, body, key=served.keys["decide"], port=served.port) for body in bodies]


def _compare(
    folder: Path,
    ours: servers.Served,
    theirs: tuple[int, int, int],
    offers: int,
    *,
    customers: int,
    connections: int,
    rounds: int,
    seconds: float,
) -> Figure:
    sent = folder / "requests"
    written(sent, requests(ours, customers))

    def plan(rounds: int, seconds: float, at_least: int = 0) -> Plan:
        return Plan(
            ports=[ours.port, *theirs],
            requests=[str(sent)] * 4,
            connections=connections,
            rounds=rounds,
            seconds=seconds,
            at_least=at_least,
            times=str(folder / "times"),
        )

    servers.drive(plan(1, seconds, at_least=customers))  # every customer gets a key, kernels and caches are warm
    slices, taken = servers.drive(plan(rounds, seconds))
    if failed := sum(part.failed for part in slices):
        raise RuntimeError(f"{failed} requests were not answered with 200")
    engine, echo, floor, deciding = (_Rates.of(slices, taken, target) for target in range(4))
    keep(floor.beside(echo, FLOOR))
    keep(deciding.beside(echo, f"{FLOOR}.deciding.offers={offers}"))
    return keep(engine.beside(echo, f"http.offers={offers}"))


@dataclass(frozen=True, slots=True)
class _Rates:
    """What one target came to: requests a second in each of its turns, and the times of all."""

    rates: list[float]
    p50: float
    p99: float

    @classmethod
    def of(cls, slices: Sequence[Slice], taken: Sequence[NDArray[np.float64]], target: int) -> _Rates:
        rates = [part.count / part.seconds for part in slices if part.target == target]
        return cls(rates, *percentiles(np.concatenate(taken[target::4])))

    @property
    def rate(self) -> float:
        return float(np.median(self.rates))

    def beside(self, peer: _Rates, name: str) -> Figure:
        """Its figure beside that of a peer."""
        return Figure(
            name=name,
            value=round(self.rate, 1),
            unit=PER_SECOND,
            p50=round(self.p50, 1),
            p99=round(self.p99, 1),
            peer=PEER,
            ratio=round(peer.rate / self.rate, 3),
            peer_value=round(peer.rate, 1),
            peer_p50=round(peer.p50, 1),
            peer_p99=round(peer.p99, 1),
            spread=(round(min(self.rates), 1), round(max(self.rates), 1)),
        )
