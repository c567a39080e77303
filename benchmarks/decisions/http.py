"""One decision over HTTP, history on, beside a bare Starlette and msgspec echo that returns the same bytes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.decisions import servers, world
from benchmarks.decisions.load import Plan, post, written
from benchmarks.results import PER_SECOND, Figure, keep, percentiles

PEER: Final = "bare Starlette + msgspec echo"
PATH: Final = "/v1/events/asked"


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
            with servers.echo(sample) as theirs:
                return _compare(
                    folder,
                    ours,
                    theirs,
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
    theirs: int,
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
            ports=[ours.port, theirs],
            requests=[str(sent), str(sent)],
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
    rates = [[part.count / part.seconds for part in slices if part.target == target] for target in (0, 1)]
    p50, p99 = percentiles(np.concatenate(taken[0::2]))
    peer_p50, peer_p99 = percentiles(np.concatenate(taken[1::2]))
    rate, peer_rate = (float(np.median(each)) for each in rates)
    return keep(
        Figure(
            name=f"http.offers={offers}",
            value=round(rate, 1),
            unit=PER_SECOND,
            p50=round(p50, 1),
            p99=round(p99, 1),
            peer=PEER,
            ratio=round(peer_rate / rate, 3),
            peer_value=round(peer_rate, 1),
            peer_p50=round(peer_p50, 1),
            peer_p99=round(peer_p99, 1),
            spread=(round(min(rates[0]), 1), round(max(rates[0]), 1)),
        )
    )
