"""Run one event: check the call, decide, remember, and only then answer."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from tradewind.engine.core.context import Context, bins, fill
from tradewind.engine.core.decide import Decided, Request, decide
from tradewind.engine.core.events import EventHandled
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.published import CompiledEvent, CompiledPublication
from tradewind.engine.core.state import session_of
from tradewind.engine.service import answers
from tradewind.engine.service.acting import acting, made
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import capped
from tradewind.engine.service.instants import AHEAD_S, ahead, microseconds
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.service.sealing import Sealed, opened, sealed
from tradewind.engine.wire import EventCall, Fault

BUDGET_MS: Final = 80
"""How long a call may wait for its `min_position`."""

_canonical = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as it came in: `occurred_at` in microseconds where its envelope said when, `began` for elapsed times."""

    event: str
    call: EventCall
    occurred_at: int | None
    began: float
    digest: str

    @classmethod
    def of(cls, event: str, call: EventCall, *, occurred_at: datetime | None, began: float) -> Asked:
        at = None if occurred_at is None else microseconds(occurred_at)
        return cls(event, call, at, began, _digest(event, call, at))

    def elapsed_ms(self) -> float:
        return round((time.perf_counter() - self.began) * 1000, 3)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A call that nothing is wrong with, against the publication in force; instants in microseconds."""

    publication: CompiledPublication
    event: CompiledEvent
    context: Context
    now: int
    occurred_at: int


async def run(engine: Engine, asked: Asked) -> bytes:
    """The answer's bytes, durable; the same id again gives the same bytes.

    Raises:
        Refused: `nothing_published`, `event_unknown`, `body_refused`, `id_used`, `behind`, `too_busy`,
            `history_failed`; nothing is stored then.
    """
    engine.admit()
    position, answer = await handled(engine, asked)
    await engine.durable(position)
    return answer


async def handled(engine: Engine, asked: Asked) -> tuple[int, bytes]:
    """The same without waiting for the disk: the answer, which may be sent once the position is durable.

    The position of a dry run is 0: nothing was written.

    Raises:
        Refused: as `run`.
    """
    call = asked.call
    if call.min_position is not None:
        await engine.reached(int(call.min_position), budget_ms=BUDGET_MS)
    if call.dry_run:
        return 0, _dry(engine, asked)
    while acting(engine, call.customer) is None and _repeated(engine, asked) is None:
        _prepare(engine, asked)  # what is refused makes no key
        await made(engine, call.customer)
    return _repeated(engine, asked) or _handle(engine, asked)


def _repeated(engine: Engine, asked: Asked) -> tuple[int, bytes] | None:
    """The stored answer of this id and its position, if there is one."""
    stored = engine.history.find(asked.call.id) if asked.call.id is not None else None
    if stored is None:
        return None
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.request_digest != asked.digest:
        raise one_fault("id_used", path="/id", code="id_used", message="this id was used with another body")
    content = opened(engine.subjects.vault, fact)
    if content is None:
        raise Refused("id_used", "the stored answer was erased with its customer")
    return stored.position, answers.spliced(bytes(content.answer), fact.session, stored.position)


def _prepare(engine: Engine, asked: Asked) -> _Prepared:
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
    now = engine.now()
    if asked.occurred_at is not None and ahead(asked.occurred_at, now):
        message = f"is more than {AHEAD_S // 60} minutes ahead"
        faults.append(Fault(path="/time", code="in_the_future", message=message))
    if asked.occurred_at is not None and asked.occurred_at < 0:
        faults.append(Fault(path="/time", code="out_of_range", message="is before 1970"))
    if faults:
        raise Refused("body_refused", errors=capped(faults))
    occurred_at = now if asked.occurred_at is None else asked.occurred_at
    return _Prepared(publication, event, filled.context, now, occurred_at)


def _handle(engine: Engine, asked: Asked) -> tuple[int, bytes]:
    """Decide, append, apply, without awaiting; the position and the answer, which is not durable yet."""
    prepared = _prepare(engine, asked)
    call = asked.call
    subject = acting(engine, call.customer)
    if subject is None:
        raise RuntimeError("a customer has a subject before their event is handled")
    token, decided = _decide(engine, call, prepared, subject.ref)
    fact_id = call.id or engine.entropy.take(16).hex()
    said = answers.decision(token, decided) if decided else None
    answer = answers.unplaced(session=call.session, decision=said, elapsed_ms=asked.elapsed_ms())
    content = Sealed(customer=call.customer, attributes=call.attributes, answer=msgspec.Raw(answer))
    held_by = session_of(engine.state, subject.ref, call.session, at=prepared.now)
    started_at = engine.state.sessions.started_at(held_by, call.session, at=prepared.now)
    fact = EventHandled(
        id=fact_id,
        request_digest=asked.digest,
        event=asked.event,
        subject=subject.ref,
        session=call.session,
        session_started_at=prepared.occurred_at if started_at is None else started_at,
        channel=call.channel,
        language=call.language,
        agent=call.agent,
        publication=prepared.publication.number,
        at=prepared.now,
        occurred_at=prepared.occurred_at,
        bins=bins(prepared.context, prepared.publication.attributes),
        decision=decided.as_fact(token, presents=prepared.event.presents) if decided else None,
        sealed=sealed(engine.subjects.vault, subject, fact_id, content),
    )
    position = engine.remember(fact, unused=True)  # `run` has looked for it
    return position, answers.spliced(answer, call.session, position)


def _dry(engine: Engine, asked: Asked) -> bytes:
    """The same decision with every offer's fate; writes nothing, not even a key for a new customer."""
    prepared = _prepare(engine, asked)
    known = acting(engine, asked.call.customer)
    _, decided = _decide(engine, asked.call, prepared, known.ref if known else engine.entropy.take(16).hex())
    said = answers.explained(decided) if decided else None
    answer = answers.unplaced(session=asked.call.session, decision=said, elapsed_ms=asked.elapsed_ms())
    return answers.spliced(answer, asked.call.session, engine.head)


def _decide(engine: Engine, call: EventCall, prepared: _Prepared, subject: str) -> tuple[str, Decided | None]:
    if prepared.event.placement is None:
        return "", None
    token = engine.tokens.mint(engine.head)
    request = Request(
        placement=prepared.event.placement,
        channel=call.channel,
        subject=subject,
        context=prepared.context,
        language=call.language,
        limit=call.limit,
    )
    return token, decide(request, engine.state, now=prepared.occurred_at, rng=Draws(token.encode()))


def _digest(event: str, call: EventCall, occurred_at: int | None) -> str:
    """Of everything that makes it this call; how far a client has read (`min_position`) does not."""
    if call.min_position is not None:
        call = msgspec.structs.replace(call, min_position=None)
    parts = (event.encode(), b"" if occurred_at is None else b"%d" % occurred_at, _canonical(call))
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
