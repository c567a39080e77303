"""Take the response, decide, apply and append: one event, without awaiting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tradewind.engine.core import responses as rules
from tradewind.engine.core.context import Context, bins
from tradewind.engine.core.decide import Decided, Request, decide
from tradewind.engine.core.events import EventHandled, ResponseRecorded
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.session_refs import session_of
from tradewind.engine.history import Subject
from tradewind.engine.history.sealing import Sealed, sealed
from tradewind.engine.service import answers, responding
from tradewind.engine.service.asking import Known
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.preparing import Asked, Prepared
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import Decision, Fault


class Handled(msgspec.Struct, frozen=True, gc=False):
    """An event that is remembered, not durable yet: its position and its answer with it."""

    position: int
    answer: bytes


class _Running(msgspec.Struct, frozen=True, gc=False):
    """One event being handled; `held_by` is who its session lies under, instants in microseconds."""

    engine: Engine
    asked: Asked
    prepared: Prepared
    known: Known
    subject: Subject
    held_by: str
    fact_id: str
    now: int
    occurred_at: int

    def fact(self) -> tuple[EventHandled, bytes]:
        """Decide on the state as it is now; the fact and the answer without its position."""
        engine, call, publication = self.engine, self.asked.call, self.prepared.publication
        token, decided = decision(
            engine, self.asked, self.prepared, self.known, subject=self.subject.ref, occurred_at=self.occurred_at
        )
        said = answers.decision(token, decided, defaults=self.known.defaults) if decided else None
        answer = unplaced(self.asked, self.prepared, self.known, said)
        started_at = engine.state.sessions.started_at(self.held_by, call.session, at=self.now)
        fact = EventHandled(
            id=self.fact_id,
            request_digest=self.asked.digest,
            event=self.asked.event,
            subject=self.subject.ref,
            session=call.session,
            session_started_at=self.occurred_at if started_at is None else started_at,
            channel=call.channel,
            language=call.language,
            agent=call.agent,
            publication=publication.number,
            at=self.now,
            occurred_at=self.occurred_at,
            bins=decided.bins if decided else bins(Context(self.known.values), publication.attributes),
            decision=decided.as_fact(token, presents=self.prepared.event.presents, defaults=self.known.defaults)
            if decided
            else None,
            sealed=sealed(engine.subjects.vault, self.subject, self.fact_id, self._content(answer)),
        )
        return fact, answer

    def _content(self, answer: bytes) -> Sealed:
        call, known = self.asked.call, self.known
        if known.values is self.prepared.context.values:
            return Sealed(customer=call.customer, attributes=call.attributes, answer=msgspec.Raw(answer))
        assigned = known.finally_ or {}
        return Sealed(
            customer=call.customer,
            attributes=call.attributes,
            answer=msgspec.Raw(answer),
            context=dict(known.values),
            defaults=tuple(known.defaults),
            assigned={
                name: value
                for name, value in assigned.items()
                if name in known.defaults or name not in known.values or value != known.values[name]
            },
        )


def handle(engine: Engine, asked: Asked, prepared: Prepared, known: Known, subject: Subject) -> Handled:
    """Remember one event of a customer, who acts as `subject`, with everything that belongs to it.

    Raises:
        Refused: the response that came with it is refused, and nothing is stored.
    """
    now = engine.now()
    fact_id = asked.call.id or engine.entropy.take(16).hex()
    response = responded(engine, asked, fact_id)
    occurred_at = now if asked.occurred_at is None else asked.occurred_at
    held_by = session_of(engine.state, subject.ref, asked.call.session, at=now)
    running = _Running(engine, asked, prepared, known, subject, held_by, fact_id, now, occurred_at)
    if response is None:
        fact, answer = running.fact()
        position = engine.remember(fact, unused=True)  # the id was looked for
    else:
        position, answer = _remember_behind(response, running)
    engine.contexts.keep(held_by, asked.call.session, position, prepared.publication, known.at_the_end)
    return Handled(position, answers.spliced(answer, asked.call.session, position))


def _remember_behind(response: ResponseRecorded, running: _Running) -> tuple[int, bytes]:
    """The position and the answer of an event that is decided once the response that came with it is counted."""
    answer = b""

    def follow() -> EventHandled:
        nonlocal answer
        fact, answer = running.fact()
        return fact

    position = running.engine.remember_both(response, follow)
    return position, answer


def responded(engine: Engine, asked: Asked, fact_id: str) -> ResponseRecorded | None:
    """The response that came with the call, to be remembered; None where there is none, or it is known already.

    Raises:
        Refused: it may not be recorded.
    """
    response = asked.call.response
    if response is None:
        return None
    considered = responding.consider(engine, response)
    if isinstance(considered, ResponseRecorded) and considered.id == fact_id:
        considered = rules.Refused("id_used", "the response has the id of the event")
    if isinstance(considered, rules.Refused):
        fault = Fault(path="/response", code=considered.code, message=considered.message)
        raise Refused(responding.KINDS.get(considered.code, "response_refused"), considered.message, errors=[fault])
    return considered if isinstance(considered, ResponseRecorded) else None


def decision(
    engine: Engine, asked: Asked, prepared: Prepared, known: Known, *, subject: str, occurred_at: int
) -> tuple[str, Decided | None]:
    """The decision of an event that has one, and the token it is made with."""
    if prepared.event.placement is None:
        return "", None
    call = asked.call
    token = engine.tokens.mint(engine.head)
    request = Request(
        placement=prepared.event.placement,
        channel=call.channel,
        subject=subject,
        context=Context(known.values),
        language=call.language,
        limit=call.limit,
    )
    return token, decide(request, engine.state, now=occurred_at, rng=Draws(token.encode()))


def unplaced(asked: Asked, prepared: Prepared, known: Known, said: Decision | None) -> bytes:
    """The answer without its position."""
    doings = prepared.event.doings
    values = known.values if known.finally_ is None else {**known.defaults, **known.finally_}
    return answers.unplaced(
        session=asked.call.session,
        decision=said,
        elapsed_ms=asked.elapsed_ms(),
        groups=_groups(doings.groups, values),
        output=None if doings.output is None else doings.output.fill(values),
    )


def _groups(
    groups: Mapping[str, tuple[str, ...]] | None, values: Mapping[str, Any]
) -> dict[str, dict[str, Any]] | None:
    """The groups that the event populates, each with the attributes that are known."""
    if groups is None:
        return None
    return {
        group: {name.partition(".")[2]: values[name] for name in names if name in values}
        for group, names in groups.items()
    }
