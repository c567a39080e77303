"""Check a call against the publication in force, before anything is asked or stored."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from datetime import datetime

import msgspec

from tradewind.engine.core.context import Context, fill
from tradewind.engine.core.instants import microseconds
from tradewind.engine.core.pointers import pointer
from tradewind.engine.core.published import CompiledEvent, CompiledPublication
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import capped
from tradewind.engine.service.instants import AHEAD_S, ahead
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import EventCall, Fault

canonical = msgspec.json.Encoder(order="sorted").encode
"""The one text of a call: its digest is taken of it."""


class Asked(msgspec.Struct, frozen=True, gc=False):
    """One call as it came in: `occurred_at` in microseconds where its envelope said when, `began` for elapsed times.

    `digest` is empty where the call has no id of its own: nobody can call again under one that the engine makes.
    """

    event: str
    call: EventCall
    occurred_at: int | None
    began: float
    digest: str

    @classmethod
    def of(
        cls, event: str, call: EventCall, *, occurred_at: datetime | None, began: float, text: bytes | None = None
    ) -> Asked:
        """`text` is the canonical text of the call, where it is known already."""
        at = None if occurred_at is None else microseconds(occurred_at)
        return cls(event, call, at, began, "" if call.id is None else _digest(event, call, at, text))

    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self.began) * 1000


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """A call that nothing is wrong with, against the publication in force; `context` has what it sent, typed."""

    publication: CompiledPublication
    event: CompiledEvent
    context: Context


def prepare(engine: Engine, asked: Asked) -> Prepared:
    """Find the event and check the call.

    Raises:
        Refused: `nothing_published`, `event_unknown`, `body_refused`.
    """
    publication = engine.state.publication
    if publication is None:
        raise Refused("nothing_published")
    event = publication.events.get(asked.event)
    if event is None:
        raise Refused("event_unknown", f"publication {publication.number} declares no event of this name")
    filled = fill(asked.call.attributes, publication.attributes)
    faults = filled.faults
    if event.input:
        faults += engine.inputs.faults(publication.number, event, asked.call.attributes)
    if publication.population.unsendable:
        faults += _not_from_event(asked.call, publication)
    if asked.call.response is not None and not event.doings.responds:
        faults.append(Fault(path="/response", code="not_taken", message="the event has no action `respond`"))
    if asked.occurred_at is not None:
        faults += _untimely(asked.occurred_at, engine.now())
    if faults:
        raise Refused("body_refused", errors=capped(faults))
    return Prepared(publication, event, filled.context)


def _not_from_event(call: EventCall, publication: CompiledPublication) -> Iterator[Fault]:
    for name in call.attributes:
        if name in publication.population.unsendable:
            message = f"the group {name.partition('.')[0]} is not populated by events"
            yield Fault(path=pointer("/attributes", name), code="not_from_event", message=message)


def _untimely(occurred_at: int, now: int) -> Iterator[Fault]:
    if ahead(occurred_at, now):
        yield Fault(path="/time", code="in_the_future", message=f"is more than {AHEAD_S // 60} minutes ahead")
    if occurred_at < 0:
        yield Fault(path="/time", code="out_of_range", message="is before 1970")


def _digest(event: str, call: EventCall, occurred_at: int | None, text: bytes | None = None) -> str:
    """Of everything that makes it this call; how far a client has read (`min_position`) does not."""
    if call.min_position is not None:
        text = canonical(msgspec.structs.replace(call, min_position=None))
    elif text is None:
        text = canonical(call)
    parts = (event.encode(), b"" if occurred_at is None else b"%d" % occurred_at, text)
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
