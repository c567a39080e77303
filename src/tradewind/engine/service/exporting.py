"""Everything that is known of a person, as lines: decrypted as they are read, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from tradewind.engine import wire
from tradewind.engine.core import events as facts
from tradewind.engine.history import Stored, facts_naming
from tradewind.engine.history.sealing import opened
from tradewind.engine.service import answers, feed
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused

_CHUNK: Final = 64
_encode = msgspec.json.Encoder().encode


async def export(engine: Engine, customer: str) -> AsyncIterator[bytes]:
    """The lines of a customer and all their aliases, asked for under any of their ids.

    Raises:
        Refused: `customer_unknown` where nothing is known (any more).
    """
    subject = engine.subjects.known(customer)
    if subject is None or subject.ref in engine.state.erased:
        raise Refused("customer_unknown")
    ref = engine.state.aliases.of(subject.ref)
    refs = (ref, *engine.state.aliases.joined(ref))
    up_to = await engine.durable_head()
    return _lines(engine, _head(engine, refs, up_to), refs, up_to)


def _head(engine: Engine, refs: Sequence[str], up_to: int) -> wire.CustomerExport:
    names = [engine.subjects.vault.customer_of(ref) or "" for ref in refs]
    said = engine.state.consents.of(refs[0])
    consents = [wire.ConsentChange(purpose=purpose, channel=on, granted=granted) for purpose, on, granted, _ in said]
    return wire.CustomerExport(position=str(up_to), customer=names[0], aliases=names[1:], consents=consents)


async def _lines(engine: Engine, head: wire.CustomerExport, refs: Sequence[str], up_to: int) -> AsyncIterator[bytes]:
    """Looking for them is left to a thread; only what is found is decrypted here, between other calls."""
    yield _encode(head) + b"\n"
    after = count = 0
    while after < up_to:
        found, after = await asyncio.to_thread(
            facts_naming, engine.folder.history, refs, after=after, up_to=up_to, limit=_CHUNK
        )
        lines = [_encode(_line(engine, stored)) for stored in found if _names(stored.fact, refs)]
        count += len(lines)
        if lines:
            yield b"\n".join(lines) + b"\n"
    yield _encode(wire.ExportEnd(lines=count)) + b"\n"


def _names(fact: facts.Fact, refs: Sequence[str]) -> bool:
    """Whether it is about them, and does not merely hold a reference in some text that a client chose."""
    match fact:
        case facts.EventHandled() | facts.ResponseRecorded() | facts.ConsentsChanged() | facts.CustomersJoined():
            return fact.subject in refs
        case _:
            return False


def _line(engine: Engine, stored: Stored) -> wire.HistoryLine:
    line = feed.line(engine, stored.position, stored.fact)
    return _event(engine, stored.fact, line) if isinstance(stored.fact, facts.EventHandled) else line


def _event(engine: Engine, fact: facts.EventHandled, line: wire.HistoryLine) -> wire.ExportedEvent:
    content = opened(engine.subjects.vault, fact)
    answer = None
    if content is not None:
        answer = msgspec.json.decode(answers.spliced(bytes(content.answer), fact.session, int(line.position)))
    return wire.ExportedEvent(**msgspec.structs.asdict(line), bins=fact.bins, answer=answer)
