"""Forget a customer: the fact first, durable, then the keys; whatever happens in between is finished at the next start.

History keeps its rows and its chain. Without the key nobody can read who they were about.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from tradewind.engine.core.events import CustomerErased
from tradewind.engine.service.acting import writing_keys
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import CustomerReceipt


async def erase(engine: Engine, customer: str) -> CustomerReceipt:
    """Erase a customer and their aliases; under any of their ids, they are new when they come back.

    Raises:
        Refused: `customer_unknown` where nothing is known (any more), `too_busy`, `history_failed`.
    """
    engine.admit()
    async with engine.subjects.erasing:
        subject = engine.subjects.known(customer)
        if subject is None:
            await _forget(engine, ())  # an earlier call may have left the log behind
            raise Refused("customer_unknown")
        position = engine.state.erased.get(subject.ref)
        if position is None:
            position = _record(engine, subject.ref)
        for ref in [ref for ref, at in engine.state.erased.items() if at == position]:
            engine.contexts.forget(ref)
        engine.sources.forget()
        await engine.durable(position)
        await _forget(engine, [ref for ref, at in engine.state.erased.items() if at == position])
        _let_go(engine)
    return CustomerReceipt(position=str(position), durable="local")


async def _forget(engine: Engine, refs: Collection[str]) -> None:
    with writing_keys(engine):
        await engine.subjects.forget(refs)


def _record(engine: Engine, ref: str) -> int:
    subject = engine.state.aliases.of(ref)
    aliases = engine.state.aliases.joined(subject)
    fact_id = f"erasure/{secrets.token_hex(16)}"
    return engine.remember(CustomerErased(id=fact_id, subject=subject, aliases=aliases, at=engine.now()))


def _let_go(engine: Engine) -> None:
    """Whatever was decrypted and is kept in memory for later."""
    engine.jobs.forget()
