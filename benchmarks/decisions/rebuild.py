"""How long an engine needs to know again what it knew: from history alone, and from a snapshot and nothing behind it.

The history is made up but whole: decisions of three offers each, answers to some of them, windows that close, in the
file that the engine itself would have written.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.decisions import world
from benchmarks.results import Figure, keep
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

OFFERS: Final = 100
PER_CUSTOMER: Final = 10
ANSWERED: Final = 0.4
APART_US: Final = 2_500_000
CONTACTS: Final = 10

_START: Final = 1_772_000_000 * 1_000_000
_HOUR: Final = 3600 * 1_000_000
_GROUP: Final = 20_000


def measure(events: int = 1_000_000) -> None:
    """Seconds and memory of a rebuild, and seconds of a start from a snapshot at the head."""
    with tempfile.TemporaryDirectory() as folder:
        history, snapshots = Path(folder) / "history.sqlite", Path(folder) / "snapshots"
        write(history, events)
        rebuilt = _apart("rebuild", str(history))
        taken = _apart("take", str(history), str(snapshots))
        started = _apart("start", str(history), str(snapshots))
        megabytes = sum(path.stat().st_size for path in snapshots.glob("*.snapshot")) / 1e6
    name = f"rebuild.events={events}"
    keep(Figure(name=name, value=rebuilt["seconds"], unit="s"))
    keep(Figure(name=f"{name}.peak", value=rebuilt["megabytes"], unit="MB"))
    keep(Figure(name=f"{name}.snapshot", value=started["seconds"], unit="s"))
    keep(Figure(name=f"{name}.snapshot.peak", value=started["megabytes"], unit="MB"))
    keep(Figure(name=f"{name}.snapshot.taken", value=taken["seconds"], unit="s"))
    keep(Figure(name=f"{name}.snapshot.file", value=round(megabytes, 1), unit="MB"))


def measure_counters(customers: int = 1_000_000) -> None:
    """Memory of the contacts of so many customers with a thousand offers, about ten contacts each."""
    counted = _apart("counters", str(customers))
    keep(Figure(name=f"counters.customers={customers}", value=counted["megabytes"], unit="MB"))


def _apart(*arguments: str) -> dict[str, float]:
    """What a process of its own measures, so that nobody else's memory counts."""
    command = [sys.executable, "-m", "benchmarks.decisions.rebuilding", *arguments]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return msgspec.json.decode(said, type=dict[str, float])


def write(path: Path, events: int) -> None:
    """A history of about so many facts, in large groups."""
    history = SqliteHistory(path)
    waiting: list[Fact] = []
    for fact in facts(events):
        waiting.append(fact)
        if len(waiting) == _GROUP:
            history.append(waiting, unused=True).durable.result()
            waiting = []
    if waiting:
        history.append(waiting, unused=True).durable.result()
    history.close()


def facts(events: int) -> Iterator[Fact]:
    """Exactly so many facts, each of which fits what came before it."""
    draw = random.Random(events)
    text = canonical(msgspec.convert(world.publication(OFFERS), wire.Publication))
    yield PublicationActivated(id="publication-1", number=1, digest=digest_of(text), document=text, at=_START)
    customers = [f"{draw.getrandbits(128):032x}" for _ in range(max(1, events // PER_CUSTOMER))]
    answered: EventHandled | None = None
    for number in range(1, events):
        at = _START + number * APART_US
        if number % 1_440 == 0:
            yield WindowsClosed(id=f"windows-{number}", up_to=at, at=at)
        elif answered is not None:
            yield _answer(answered, number, at, draw)
            answered = None
        else:
            event = _event(draw.choice(customers), number, at, draw)
            yield event
            answered = event if draw.random() < ANSWERED else None


def _event(subject: str, number: int, at: int, draw: random.Random) -> EventHandled:
    token = f"{draw.getrandbits(224):056x}"[:38]
    rows = draw.sample(range(OFFERS), 3)
    shown = tuple(_shown(row, rank, draw) for rank, row in enumerate(rows, start=1))
    decided = OffersDecided(
        decision=token, decided_on=number, placement="desk", mode="learned", arm="full", presents=True,
        missing=(), withheld=OFFERS - 3, shown=shown, funnel={"published": OFFERS, "valid": OFFERS, "shown": 3},
    )  # fmt: skip
    return EventHandled(
        id=f"{draw.getrandbits(128):032x}", request_digest=f"{draw.getrandbits(256):064x}", event="asked",
        subject=subject, session=f"s-{number}", session_started_at=at, channel="call-center", language="en",
        agent="a-1", publication=1, at=at, occurred_at=at,
        bins={f"customer.n{index}": draw.randrange(16) for index in range(10)},
        decision=decided, sealed=draw.randbytes(900),
    )  # fmt: skip


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
        id=f"response-{number}", request_digest=f"{draw.getrandbits(256):064x}", decision=event.decision.decision,
        offer=offer, outcome=draw.choice(("accepted", "rejected", "rejected")), subject=event.subject, agent="a-1",
        channel=event.channel, at=at, answered_at=at, shown_at=event.occurred_at,
        session_started_at=event.session_started_at,
    )  # fmt: skip
