"""How a decision grows: with the offers, with the customers who have a past, and a rebuild with the events.

Points are figures like any other; the curves are drawn from them as PNG, on logarithmic axes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.charts import Line, picture
from benchmarks.decisions import process, world
from benchmarks.decisions.vowpal import PEER, Vowpal
from benchmarks.results import Figure, record
from tradewind.engine.core.state import apply

OFFERS: Final = (10, 30, 100, 300, 1_000, 3_000)
CUSTOMERS: Final = (100, 1_000, 10_000, 100_000)


def measure_offers(sizes: Iterable[int] = OFFERS, *, rounds: int = 200) -> None:
    """A decision beside its peer, offers by offers."""
    for offers in sizes:
        _measure_offers(offers, rounds=rounds)


def _measure_offers(offers: int, *, rounds: int) -> None:
    document = world.publication(offers)
    lived, peer = process.live(document), Vowpal(document)
    texts = [peer.text(world.attributes(index)) for index in range(process.CUSTOMERS)]
    ways: list[Callable[[int], object]] = [lived.decide, lambda index: peer.predict(texts[index % len(texts)])]
    ours, theirs = process.in_turn(ways, rounds=rounds, warm_up=20)
    peer.close()
    record(f"growth.offers={offers}", seconds=ours, peer=PEER, peer_seconds=theirs)


def measure_customers(sizes: Iterable[int] = CUSTOMERS, *, rounds: int = 500) -> None:
    """A decision among 100 offers while more and more customers have a past that contact policies count."""
    lived = process.live(world.publication(100))
    state, position = lived.state, lived.state.position
    decided = lived.decide(0)
    known = process.CUSTOMERS
    for size in sizes:
        for customer in range(known, size):
            position += 1
            request = world.request_of(f"{customer:032x}", lived.requests[0].context)
            state = apply(state, position, process.handled(request, decided, f"past-{customer}", world.NOW - world.DAY))
        known = max(known, size)
        seconds = []
        for index in range(rounds):
            began = time.perf_counter()
            lived.decide(index)
            seconds.append(time.perf_counter() - began)
        record(f"growth.customers={size}", seconds=seconds)


def draw(figures: Sequence[Figure], folder: Path) -> list[str]:
    """Draw every curve that has points; the files' names."""
    offers, customers = _points(figures, "growth.offers="), _points(figures, "growth.customers=")
    events = _points(figures, "rebuild.events=")
    charts = {
        "performance-offers.png": (
            "offers", "µs a decision",
            [
                Line("ours, median", [(x, f.p50 or 0.0) for x, f in offers]),
                Line("ours, 99th percentile", [(x, f.p99 or 0.0) for x, f in offers]),
                Line("Vowpal Wabbit, text, median", [(x, f.peer_p50 or 0.0) for x, f in offers]),
            ],
        ),
        "performance-customers.png": (
            "customers with a past", "µs a decision",
            [
                Line("median", [(x, f.p50 or 0.0) for x, f in customers]),
                Line("99th percentile", [(x, f.p99 or 0.0) for x, f in customers]),
            ],
        ),
        "performance-events.png": (
            "events in history", "seconds to know them again",
            [Line("from history", [(x, f.value) for x, f in events])],
        ),
    }  # fmt: skip
    drawn = []
    for name, (x, y, lines) in charts.items():
        if any(line.points for line in lines):
            (folder / name).write_bytes(picture(x, y, lines))
            drawn.append(name)
    return drawn


def _points(figures: Sequence[Figure], start: str) -> list[tuple[int, Figure]]:
    """The figures of one curve, by the number at the end of their names."""
    ends = [(figure.name.removeprefix(start), figure) for figure in figures if figure.name.startswith(start)]
    return sorted(((int(end), figure) for end, figure in ends if end.isdigit()), key=lambda point: point[0])
