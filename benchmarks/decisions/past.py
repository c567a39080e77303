"""A made-up past: decisions of three offers each, answers to some of them, windows that close.

Each fact fits what came before it, and the file is what the engine would have left behind when it ended: rows, chain,
and the sums of the pages. Only it is written in one go, which a running engine must not do. What no fold looks at is
drawn from small stocks.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import Final

import apsw
import msgspec

from benchmarks.decisions import world
from tradewind.engine import wire
from tradewind.engine.core.events import (
    EventHandled,
    Fact,
    OffersDecided,
    OfferShown,
    PublicationActivated,
    ResponseRecorded,
    WindowsClosed,
)
from tradewind.engine.core.offers import canonical, digest_of
from tradewind.engine.history import SqliteHistory
from tradewind.engine.history.table import GENESIS, SCHEMA, chained, insert

OFFERS: Final = 100
PER_CUSTOMER: Final = 10
ANSWERED: Final = 0.4
APART_US: Final = 2_500_000
SEALED: Final = 900
"""Bytes of what a customer sent and got, encrypted: no key is needed to fold them."""

_START: Final = 1_772_000_000 * 1_000_000
_AT_ONCE: Final = 100
_CACHE_KIB: Final = 200_000
_FUNNEL: Final = {"published": OFFERS, "valid": OFFERS, "shown": 3}


def write(path: Path, events: int) -> None:
    """A history of so many facts, as a closed engine leaves it."""
    file = apsw.Connection(str(path))
    for name, value in (("journal_mode", "off"), ("synchronous", "off"), ("cache_size", -_CACHE_KIB)):
        file.pragma(name, value)
    file.execute(SCHEMA)
    with file:
        chain, position = GENESIS, 0
        for some in batched(facts(events), _AT_ONCE):
            placed = list(enumerate(some, position + 1))
            values, chain = chained(placed, chain)
            file.execute(insert(len(placed)), values)
            position += len(placed)
    file.pragma("journal_mode", "wal")
    file.close()
    SqliteHistory(path).close()  # takes the pages as they are, and sums them


def facts(events: int) -> Iterator[Fact]:
    """Exactly so many facts, each of which fits what came before it."""
    draw = random.Random(events)
    text = canonical(msgspec.convert(world.publication(OFFERS), wire.Publication))
    yield PublicationActivated(id="publication-1", number=1, digest=digest_of(text), document=text, at=_START)
    stock = _Stock(draw, customers=max(1, events // PER_CUSTOMER))
    answered: EventHandled | None = None
    for number in range(1, events):
        at = _START + number * APART_US
        if number % 1_440 == 0:
            yield WindowsClosed(id=f"{number:032x}", up_to=at, at=at)
        elif answered is not None:
            yield _answer(answered, number, at, draw)
            answered = None
        else:
            event = stock.event(number, at)
            yield event
            answered = event if draw.random() < ANSWERED else None


class _Stock:
    """What events are made of."""

    def __init__(self, draw: random.Random, *, customers: int) -> None:
        self._any = draw.random
        self._customers = [f"{draw.getrandbits(128):032x}" for _ in range(customers)]
        self._shown = [_three(draw) for _ in range(2_000)]
        self._digests = [f"{draw.getrandbits(256):064x}" for _ in range(100)]
        self._bins = [{f"customer.n{index}": draw.randrange(16) for index in range(10)} for _ in range(1_000)]
        self._sealed = [draw.randbytes(SEALED) for _ in range(100)]

    def event(self, number: int, at: int) -> EventHandled:
        decided = OffersDecided(
            decision=f"{number:038x}", decided_on=number, placement="desk", mode="learned", arm="full", presents=True,
            missing=(), withheld=OFFERS - 3, shown=self._one(self._shown), funnel=_FUNNEL,
        )  # fmt: skip
        return EventHandled(
            id=f"{number:032x}", request_digest=self._one(self._digests), event="asked",
            subject=self._one(self._customers), session=f"s-{number}", session_started_at=at, channel="call-center",
            language="en", agent="a-1", publication=1, at=at, occurred_at=at, bins=self._one(self._bins),
            decision=decided, sealed=self._one(self._sealed),
        )  # fmt: skip

    def _one[T](self, stock: Sequence[T]) -> T:
        return stock[int(self._any() * len(stock))]


def _three(draw: random.Random) -> tuple[OfferShown, ...]:
    return tuple(_shown(row, rank, draw) for rank, row in enumerate(draw.sample(range(OFFERS), 3), start=1))


def _shown(row: int, rank: int, draw: random.Random) -> OfferShown:
    propensity = draw.random()
    return OfferShown(
        offer=f"offer-{row:04d}", version=1, group=f"group-{row % 7}", treatment="desk-en", rank=rank, profile="all",
        score=propensity * 50, propensity=propensity, lower=propensity / 2, upper=propensity,
        selection_probability=draw.random(), value=50.0,
    )  # fmt: skip


def _answer(event: EventHandled, number: int, at: int, draw: random.Random) -> ResponseRecorded:
    if event.decision is None:
        raise ValueError("only a decision can be answered")
    offer = draw.choice(event.decision.shown).offer
    return ResponseRecorded(
        id=f"{number:032x}", request_digest=event.request_digest, decision=event.decision.decision,
        offer=offer, outcome=draw.choice(("accepted", "rejected", "rejected")), subject=event.subject, agent="a-1",
        channel=event.channel, at=at, answered_at=at, shown_at=event.occurred_at,
        session_started_at=event.session_started_at,
    )  # fmt: skip
