"""The walk: each customer once, in random order, one decision and one answer through the Web service."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from tradewind.cli.replay.connection import Connection
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.cli.replay.universal_bank import CHANNEL, EVENT, BankCustomer
from tradewind.engine import wire


@dataclass(frozen=True, slots=True)
class Step:
    """What one customer got and said; `offer` is None where nothing was offered."""

    customer: BankCustomer
    offer: str | None
    accepted: bool


def in_random_order(customers: Sequence[BankCustomer], *, seed: int, limit: int | None) -> list[BankCustomer]:
    order = list(customers)
    random.Random(seed).shuffle(order)  # noqa: S311 - an order, nothing secret
    return order[:limit]


def walk(
    engine: EngineAccess,
    customers: Sequence[BankCustomer],
    *,
    run_id: str,
    in_flight: int,
    on_step: Callable[[Step], None],
) -> None:
    """Ask and answer for every customer, `in_flight` at the same time. Raises the first EngineRefused."""
    waiting = _Shared(iter(customers), on_step)
    with ThreadPoolExecutor(max_workers=in_flight, thread_name_prefix="walk") as pool:
        for walker in [pool.submit(_walk_on, engine, waiting, run_id) for _ in range(in_flight)]:
            walker.result()


class _Shared:
    """What the walkers share: the customers not yet met, and the one place that hears of every step."""

    def __init__(self, customers: Iterator[BankCustomer], on_step: Callable[[Step], None]) -> None:
        self._lock = threading.Lock()
        self._customers = customers
        self._on_step = on_step
        self._ended = False

    def next(self) -> BankCustomer | None:
        with self._lock:
            return None if self._ended else next(self._customers, None)

    def done(self, step: Step) -> None:
        with self._lock:
            self._on_step(step)

    def end(self) -> None:
        with self._lock:
            self._ended = True


def _walk_on(engine: EngineAccess, waiting: _Shared, run_id: str) -> None:
    connection = Connection(engine.url, engine.keys["decide"])
    try:
        while (customer := waiting.next()) is not None:
            waiting.done(_meet(connection, customer, run_id))
    finally:
        waiting.end()  # a walker that failed takes the others home
        connection.close()


def _meet(connection: Connection, customer: BankCustomer, run_id: str) -> Step:
    call = wire.EventCall(
        id=session_of(customer.id, run_id),
        session=session_of(customer.id, run_id),
        customer=customer.id,
        channel=CHANNEL,
        language="en",
        attributes=dict(customer.attributes),
    )
    answer = msgspec.json.decode(connection.post(f"/v1/events/{EVENT}", call), type=wire.EventAnswer)
    if answer.decision is None or not answer.decision.offers:
        return Step(customer, None, False)
    offer = answer.decision.offers[0].offer
    accepted = customer.holds.get(offer, False)
    said = wire.Response(decision=answer.decision.id, offer=offer, outcome="accepted" if accepted else "rejected")
    connection.post("/v1/responses", said)
    return Step(customer, offer, accepted)


def session_of(customer_id: str, run_id: str) -> str:
    """The session of a customer in this run, by which history is read afterwards."""
    return f"replay-{run_id}-{customer_id}"
