"""Run one event: check the call, fill its attributes, decide, remember, and only then answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from tradewind.engine.core.events import EventHandled
from tradewind.engine.core.session_refs import sessions_of
from tradewind.engine.history import Subject
from tradewind.engine.history.sealing import opened
from tradewind.engine.service import answers
from tradewind.engine.service.acting import acting, made
from tradewind.engine.service.asking import Known, filled, merged, needs_filling, remembered
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.handling import Handled, decision, handle, responded, unplaced
from tradewind.engine.service.preparing import Asked, Prepared, prepare
from tradewind.engine.service.problems import Refused, one_fault

BUDGET_MS: Final = 80
"""How long a call may wait for its `min_position`."""

_NOTHING: Final[Mapping[str, Any]] = {}


async def run(engine: Engine, asked: Asked) -> bytes:
    """The answer's bytes, durable; the same id again gives the same bytes.

    Raises:
        Refused: `nothing_published`, `event_unknown`, `body_refused`, `id_used`, `behind`, `too_busy`,
            `history_failed`, and what a response that comes with it is refused for; nothing is stored then.
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
        return 0, await _dry(engine, asked)
    done = begun(engine, asked)
    if isinstance(done, Prepared):
        done = await ended(engine, asked, done)
    return done.position, done.answer


def may_begin(engine: Engine, event: str) -> bool:
    """Whether somebody declared the event."""
    publication = engine.state.publication
    return publication is not None and event in publication.events


def begun(engine: Engine, asked: Asked) -> Handled | Prepared:
    """Run an event as far as it goes without waiting: it is handled, or checked and nothing was done.

    It has to wait where its attributes are to be filled, and where its customer has no key yet.

    Raises:
        Refused: as `run`.
    """
    if done := _repeated(engine, asked):
        return done
    prepared = prepare(engine, asked)
    if needs_filling(prepared.event):
        return prepared
    subject = acting(engine, asked.call.customer)
    if subject is None:
        return prepared
    return handle(engine, asked, prepared, _known(engine, asked, prepared, subject), subject)


async def ended(engine: Engine, asked: Asked, prepared: Prepared) -> Handled:
    """Run an event that `begun` only checked, without awaiting since. From the last await on nothing comes between.

    Raises:
        Refused: as `run`.
    """
    looked_at = engine.head
    subject = acting(engine, asked.call.customer)
    while True:
        before = subject
        if before is None:
            responded(engine, asked, asked.call.id or "")  # what is refused makes no key
            filling = _filled(engine, asked, prepared, None)  # at the same time: a key takes a write
            (prepared, known), _ = await asyncio.gather(filling, made(engine, asked.call.customer))
        else:
            prepared, known = await _filled(engine, asked, prepared, before)
        if engine.used_since(asked.call.id, behind=looked_at) and (done := _repeated(engine, asked)):
            return done
        subject = acting(engine, asked.call.customer)
        if subject is None or engine.state.publication is not prepared.publication:
            continue
        if before is None:
            known = _caught_up(asked, _NOTHING, _session(engine, asked, prepared, subject), known)
        if before is None or before.ref == subject.ref:
            began = time.perf_counter()
            done = handle(engine, asked, prepared, known, subject)
            engine.reserve.decided(time.perf_counter() - began)
            return done
        # erased, or joined to another, meanwhile: nothing that was known of them may be used


async def _filled(engine: Engine, asked: Asked, prepared: Prepared, subject: Subject | None) -> tuple[Prepared, Known]:
    """The event's attributes, against the publication that is in force when all of them are there."""
    while True:
        if prepared.publication is not engine.state.publication:
            prepared = prepare(engine, asked)
        if not needs_filling(prepared.event):
            return prepared, _known(engine, asked, prepared, subject)
        session = _session(engine, asked, prepared, subject)
        occurred_at = engine.now() if asked.occurred_at is None else asked.occurred_at
        budget_s = prepared.event.budget_ms / 1000
        with engine.reserve.one_more():
            until = asked.began + budget_s - engine.reserve.of(budget_s)
            known = await filled(engine.sources, asked, prepared, session, occurred_at=occurred_at, until=until)
        if engine.state.publication is prepared.publication:
            return prepared, _caught_up(asked, session, _session(engine, asked, prepared, subject), known)


def _known(engine: Engine, asked: Asked, prepared: Prepared, subject: Subject | None) -> Known:
    """The attributes of an event that nobody has to be asked for."""
    return Known(merged(asked, _session(engine, asked, prepared, subject), prepared.context.values))


def _session(engine: Engine, asked: Asked, prepared: Prepared, subject: Subject | None) -> Mapping[str, Any]:
    """What the session knows from its earlier events."""
    if subject is None:
        return _NOTHING
    now = engine.now()
    name = asked.call.session
    refs = sessions_of(engine.state, subject.ref, name, at=now)
    if len(refs) == 1:
        return engine.contexts.of(engine, prepared.publication, refs[0], name, now=now)
    known = [engine.contexts.of(engine, prepared.publication, ref, name, now=now) for ref in refs]
    return {key: value for each in known for key, value in each.items()}


def _caught_up(asked: Asked, before: Mapping[str, Any], now: Mapping[str, Any], known: Known) -> Known:
    """With what other events of the session have learnt while this one waited."""
    if now is before or not now:
        return known
    news = remembered(asked, {name: value for name, value in now.items() if name not in known.defaults})
    last = None if known.finally_ is None else {**news, **known.finally_}
    return Known({**news, **known.values}, known.defaults, last)


def _repeated(engine: Engine, asked: Asked) -> Handled | None:
    """The stored answer of this id and its position, if there is one."""
    stored = engine.stored(asked.call.id)
    if stored is None:
        return None
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.request_digest != asked.digest:
        raise one_fault("id_used", path="/id", code="id_used", message="this id was used with another body")
    content = opened(engine.subjects.vault, fact)
    if content is None:
        raise Refused("id_used", "the stored answer was erased with its customer")
    return Handled(stored.position, answers.spliced(bytes(content.answer), fact.session, stored.position))


async def _dry(engine: Engine, asked: Asked) -> bytes:
    """The same decision with every offer's fate; writes nothing, not even a key for a new customer."""
    subject = acting(engine, asked.call.customer)
    prepared, known = await _filled(engine, asked, prepare(engine, asked), subject)
    responded(engine, asked, asked.call.id or "")
    ref = subject.ref if subject else engine.entropy.take(16).hex()
    occurred_at = engine.now() if asked.occurred_at is None else asked.occurred_at
    _, decided = decision(engine, asked, prepared, known, subject=ref, occurred_at=occurred_at)
    said = answers.explained(decided, defaults=known.defaults) if decided else None
    return answers.spliced(unplaced(asked, prepared, known, said), asked.call.session, engine.head)
