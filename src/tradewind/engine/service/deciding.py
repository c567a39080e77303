"""Run one event: check the call, decide, remember, and only then answer."""

from __future__ import annotations

import hashlib
import secrets
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
from tradewind.engine.history import Subject
from tradewind.engine.service import answers
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
class _Prepared:
    """A call that nothing is wrong with, against the publication in force."""

    publication: CompiledPublication
    event: CompiledEvent
    context: Context


async def run(engine: Engine, name: str, call: EventCall, *, occurred_at: datetime | None, began: float) -> bytes:
    """The answer's bytes, durable; the same id again gives the same bytes.

    Raises:
        Refused: `nothing_published`, `event_unknown`, `body_refused`, `id_used`, `behind`, `too_busy`,
            `history_failed`; nothing is stored then.
    """
    engine.admit()
    if call.min_position is not None:
        await engine.reached(int(call.min_position), budget_ms=BUDGET_MS)
    digest = _digest(name, call, occurred_at)
    repeated = _repeated(engine, call, digest)
    prepared = None if repeated else _prepare(engine, name, call, occurred_at)
    if call.dry_run and prepared:
        return _dry(engine, call, prepared, occurred_at, began)
    subject = engine.subjects.known(call.customer)
    if subject is None and prepared:
        subject = await engine.subjects.made(call.customer)
        repeated = _repeated(engine, call, digest)  # the world may have moved on meanwhile
        prepared = None if repeated else _prepare(engine, name, call, occurred_at)
    if prepared and subject:
        position, answer = _handle(engine, call, prepared, subject, digest, occurred_at, began)
    elif repeated:
        position, answer = repeated
    else:
        raise RuntimeError("a call is either repeated or prepared")
    await engine.durable(position)
    return answer


def _repeated(engine: Engine, call: EventCall, digest: str) -> tuple[int, bytes] | None:
    """The stored answer of this id, if there is one."""
    if call.id is None or call.dry_run:
        return None
    stored = engine.history.find(call.id)
    if stored is None:
        return None
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.request_digest != digest:
        raise one_fault("id_used", path="/id", code="id_used", message="this id was used with another body")
    content = opened(engine.subjects.vault, fact)
    if content is None:
        raise Refused("id_used", "the stored answer was erased with its customer")
    return stored.position, answers.spliced(bytes(content.answer), fact.session, stored.position)


def _prepare(engine: Engine, name: str, call: EventCall, occurred_at: datetime | None) -> _Prepared:
    publication = engine.state.publication
    if publication is None:
        raise Refused("nothing_published")
    event = publication.events.get(name)
    if event is None:
        raise Refused("event_unknown", f"publication {publication.number} declares no event of this name")
    faults: list[Fault] = []
    if event.input:
        faults += engine.inputs.faults(publication.number, name, event.input, call.attributes)
    filled = fill(call.attributes, publication.attributes)
    faults += filled.faults
    if occurred_at is not None and ahead(microseconds(occurred_at), engine.now()):
        message = f"is more than {AHEAD_S // 60} minutes ahead"
        faults.append(Fault(path="/time", code="in_the_future", message=message))
    if faults:
        raise Refused("body_refused", errors=capped(faults))
    return _Prepared(publication, event, filled.context)


def _handle(
    engine: Engine,
    call: EventCall,
    prepared: _Prepared,
    subject: Subject,
    digest: str,
    occurred_at: datetime | None,
    began: float,
) -> tuple[int, bytes]:
    """Decide, append, apply: without awaiting."""
    now = engine.now()
    occurred = now if occurred_at is None else microseconds(occurred_at)
    token, decided = _decide(engine, call, prepared, subject.ref, occurred)
    id = call.id or secrets.token_hex(16)
    answer = answers.unplaced(
        session=call.session,
        decision=answers.decision(token, decided) if decided else None,
        elapsed_ms=_since(began),
    )
    started = engine.state.sessions.started_at(subject.ref, call.session, at=now)
    content = Sealed(customer=call.customer, attributes=call.attributes, answer=msgspec.Raw(answer))
    fact = EventHandled(
        id=id,
        request_digest=digest,
        event=prepared.event.name,
        subject=subject.ref,
        session=call.session,
        session_started_at=occurred if started is None else started,
        channel=call.channel,
        language=call.language,
        agent=call.agent,
        publication=prepared.publication.number,
        at=now,
        occurred_at=occurred,
        bins=bins(prepared.context, prepared.publication.attributes),
        decision=decided.as_fact(token, presents=prepared.event.presents) if decided else None,
        sealed=sealed(engine.subjects.vault, subject, id, content),
    )
    position = engine.remember(fact)
    return position, answers.spliced(answer, call.session, position)


def _dry(engine: Engine, call: EventCall, prepared: _Prepared, occurred_at: datetime | None, began: float) -> bytes:
    """The same decision with every offer's fate; writes nothing, not even a key for a new customer."""
    known = engine.subjects.known(call.customer)
    occurred = engine.now() if occurred_at is None else microseconds(occurred_at)
    _, decided = _decide(engine, call, prepared, known.ref if known else secrets.token_hex(16), occurred)
    answer = answers.unplaced(
        session=call.session,
        decision=answers.explained(decided) if decided else None,
        elapsed_ms=_since(began),
    )
    return answers.spliced(answer, call.session, engine.head)


def _decide(
    engine: Engine, call: EventCall, prepared: _Prepared, subject: str, occurred: int
) -> tuple[str, Decided | None]:
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
    return token, decide(request, engine.state, now=occurred, rng=Draws(token.encode()))


def _digest(name: str, call: EventCall, occurred_at: datetime | None) -> str:
    """Of everything that makes it this call; how far a client has read (`min_position`) does not."""
    if call.min_position is not None:
        call = msgspec.structs.replace(call, min_position=None)
    time_of = b"" if occurred_at is None else str(microseconds(occurred_at)).encode()
    return hashlib.sha256(b"\n".join((name.encode(), time_of, _canonical(call)))).hexdigest()


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
