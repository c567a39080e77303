"""One decision in process: conditions, profiles, predictors, arbitration, exploration and selection probabilities."""

from __future__ import annotations

import time

import msgspec

from benchmarks.decisions import world
from benchmarks.results import record
from tradewind.engine import wire
from tradewind.engine.core.context import fill
from tradewind.engine.core.decide import Request, decide
from tradewind.engine.core.events import PublicationActivated
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.offers import canonical, digest_of
from tradewind.engine.core.state import State, apply

WARM_UP = 50
ROUNDS = 500


def measure(offers: int) -> None:
    state = _published(world.publication(offers))
    if state.publication is None:
        raise RuntimeError("the benchmark's publication does not compile")
    known = state.publication.attributes
    requests = [
        Request(
            placement="desk",
            channel="call-center",
            subject=f"{index:032x}",
            context=fill(world.attributes(index), known).context,
        )
        for index in range(WARM_UP + ROUNDS)
    ]
    seconds = []
    for index, request in enumerate(requests):
        began = time.perf_counter()
        decide(request, state, now=1_000_000, rng=Draws(index.to_bytes(16, "big")))
        seconds.append(time.perf_counter() - began)
    record(f"decide.offers={offers}", seconds=seconds[WARM_UP:])


def _published(document: dict[str, object]) -> State:
    text = canonical(msgspec.convert(document, wire.Publication))
    fact = PublicationActivated(id="publication-1", number=1, digest=digest_of(text), document=text, at=1)
    return apply(State.empty(), 1, fact)
