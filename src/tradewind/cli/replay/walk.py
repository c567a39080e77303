"""The walk: each customer once, in random order, one decision and one answer through the Web service.

Every visit has its instant in the weeks before, and every call an id: a walk that was cut off goes on where it was.
"""

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tradewind.cli.replay.connection import Connection
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.cli.replay.universal_bank import CHANNEL, BankCustomer
from tradewind.demo.bank import EVENT, schedule
from tradewind.engine import wire

SOURCE: Final = "replay"
ANSWERED_AFTER: Final = timedelta(minutes=4)
"""How long customers think about an offer; within the window of every outcome."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer comes into the branch; `session` names the visit in this run, and history by it."""

    customer: BankCustomer
    session: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What a visit was offered, if anything; `id` is the decision's."""

    id: str
    offer: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one customer got and said; `offer` is None where nothing was offered."""

    customer: BankCustomer
    offer: str | None
    accepted: bool


def visits_of(customers: Sequence[BankCustomer], *, run_id: str, until: datetime, seed: int) -> list[Visit]:
    """Every customer once in random order; the visits lie in the weeks before `until`, in that order."""
    order = list(customers)
    random.Random(seed).shuffle(order)  # noqa: S311 - an order, nothing secret
    return [
        Visit(customer, session=f"replay-{run_id}-{customer.id}", at=at)
        for customer, at in zip(order, schedule(until, len(order)), strict=True)
    ]


def walk(
    engine: EngineAccess,
    visits: Sequence[Visit],
    *,
    in_flight: int,
    on_step: Callable[[Step], None],
    decided: Mapping[str, Decided] | None = None,
) -> None:
    """Ask and answer for every visit, `in_flight` at the same time; those in `decided` were asked for before.

    Raises the first EngineRefused. Whatever is raised, no visit begins after it.
    """
    waiting = _Shared(iter(visits), on_step, decided or {})
    with ThreadPoolExecutor(max_workers=in_flight, thread_name_prefix="walk") as pool:
        walkers = [pool.submit(_walk_on, engine, waiting) for _ in range(in_flight)]
        try:
            for walker in walkers:
                walker.result()
        finally:
            waiting.end()


class _Shared:
    """What the walkers share: the visits not yet begun, and the one place that hears of every step."""

    def __init__(
        self, visits: Iterator[Visit], on_step: Callable[[Step], None], decided: Mapping[str, Decided]
    ) -> None:
        self.decided = decided
        self._lock = threading.Lock()
        self._visits = visits
        self._on_step = on_step
        self._ended = False

    def next(self) -> Visit | None:
        with self._lock:
            return None if self._ended else next(self._visits, None)

    def done(self, step: Step) -> None:
        with self._lock:
            self._on_step(step)

    def end(self) -> None:
        with self._lock:
            self._ended = True


def _walk_on(engine: EngineAccess, waiting: _Shared) -> None:
    connection = Connection(engine.url, engine.keys["decide"])
    try:
        while (visit := waiting.next()) is not None:
            decided = waiting.decided.get(visit.session) or _ask(connection, visit)
            waiting.done(_answer(connection, visit, decided))
    finally:
        waiting.end()  # a walker that failed takes the others home
        connection.close()


def _ask(connection: Connection, visit: Visit) -> Decided:
    """Tell the engine of a visit. It happened earlier, so it is told as a CloudEvent with its time."""
    call = wire.EventCall(
        session=visit.session,
        customer=visit.customer.id,
        channel=CHANNEL,
        language="en",
        attributes=dict(visit.customer.attributes),
    )
    envelope = wire.CloudEvent(specversion="1.0", id=visit.session, source=SOURCE, type=EVENT, time=visit.at, data=call)
    answer = msgspec.json.decode(connection.tell(f"/v1/events/{EVENT}", envelope), type=wire.EventAnswer)
    if answer.decision is None:
        return Decided(id="", offer=None)
    return Decided(answer.decision.id, answer.decision.offers[0].offer if answer.decision.offers else None)


def _answer(connection: Connection, visit: Visit, decided: Decided) -> Step:
    """What the customer would say; without an id of its own, so the same answer again changes nothing."""
    if decided.offer is None:
        return Step(visit.customer, None, False)
    accepted = visit.customer.holds.get(decided.offer, False)
    said = wire.Response(
        decision=decided.id,
        offer=decided.offer,
        outcome="accepted" if accepted else "rejected",
        at=visit.at + ANSWERED_AFTER,
    )
    connection.post("/v1/responses", said)
    return Step(visit.customer, decided.offer, accepted)
