"""What learning costs: the fold of one response in process, and the memory that an offer's predictor takes.

Both are measured with profiles alone and with a scorer beside them, turn and turn about. Trees are grown beside the
fold, so the time for that is not in it.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from benchmarks.decisions import process, world
from benchmarks.results import Figure, keep, record
from tradewind.engine.core import activating as folding
from tradewind.engine.core.decide import decide
from tradewind.engine.core.events import ResponseRecorded
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.beginning import begin
from tradewind.engine.core.predictors.samples import KEPT
from tradewind.engine.core.state import State, apply

KILOBYTES: Final = "kB"
SIZE: Final = f"attributes={world.NUMBERS + world.CATEGORIES}"
NAMES: Final = {"profiles": f"learn.{SIZE}", "scorer": f"learn.scorer.{SIZE}"}
"""Who ranks, and what its figures are called."""


@dataclass(slots=True)
class Asked:
    """A state with many open decisions, and an answer to each."""

    state: State
    answers: list[ResponseRecorded]

    def learn(self, index: int) -> None:
        """Fold the next answer."""
        self.state = apply(self.state, self.state.position + 1, self.answers[index])


def measure(offers: int = 100, *, rounds: int = 3_000, warm_up: int = 100) -> None:
    """Microseconds a response."""
    asked = [ask(offers, warm_up + rounds + process.BLOCK, ranked_by=by) for by in NAMES]
    seconds = process.in_turn([each.learn for each in asked], rounds=rounds, warm_up=warm_up)
    for name, taken in zip(NAMES.values(), seconds, strict=True):
        record(name, seconds=taken)


def ask(offers: int, answers: int, *, ranked_by: str) -> Asked:
    """So many customers are each shown something; one in three will accept."""
    lived = process.live(world.publication(offers, ranked_by=ranked_by))
    state, given = lived.state, list[ResponseRecorded]()
    index = 0
    while len(given) < answers:
        index += 1
        known = lived.requests[index % len(lived.requests)]
        request, token = world.request_of(f"asked-{index}", known.context), f"asked-{index}"
        decided = decide(request, state, now=world.NOW, rng=Draws(token.encode()))
        state = apply(state, state.position + 1, process.handled(request, decided, token, world.NOW))
        if decided.shown:
            outcome = "rejected" if index % 3 else "accepted"
            given.append(process.answered(request, token, decided.shown[0].shown.offer, outcome, world.NOW))
    return Asked(state, given)


def measure_beginning(offers: int = 30, *, responses: int = KEPT) -> None:
    """Microseconds that one offer's scorer takes to begin, each of its two profiles retaining so many responses."""
    state = world.published(world.publication(offers))
    world.teach(state, responses=responses)
    seconds: list[float] = []

    def timed(*arguments: Any) -> None:
        began = time.perf_counter()
        begin(*arguments)
        seconds.append(time.perf_counter() - began)

    with patch.object(folding, begin.__name__, timed):
        apply(state, state.position + 1, world.activated(world.publication(offers, number=2, ranked_by="scorer")))
    record(f"learn.scorer.begin.{SIZE}", seconds=seconds)


def measure_memory(offers: int = 30, *, responses: int = KEPT) -> None:
    """Kilobytes that one offer more takes, once each of its two profiles retains as many responses as it ever does."""
    for by, name in NAMES.items():
        few, many = (_bytes(number, responses, ranked_by=by) for number in (offers // 2, offers))
        kilobytes = (many - few) / (offers - offers // 2) / 1e3
        keep(Figure(name=f"{name}.memory", value=round(kilobytes, 1), unit=KILOBYTES))


def _bytes(offers: int, responses: int, *, ranked_by: str) -> int:
    document = world.publication(offers, ranked_by=ranked_by)
    gc.collect()
    tracemalloc.start()
    try:
        state = world.published(document)
        world.grow(state)
        world.teach(state, responses=responses)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return taken
