"""Record to what a customer consents and what they object to; the next decision obeys."""

from __future__ import annotations

import hashlib
import secrets

import msgspec

from tradewind.engine.core.events import ConsentChange, ConsentsChanged
from tradewind.engine.service.acting import acting, made
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.wire import ConsentChanges, CustomerReceipt, Fault

_canonical = msgspec.json.Encoder(order="sorted").encode


async def change(engine: Engine, customer: str, body: ConsentChanges) -> CustomerReceipt:
    """Record the changes as one fact; the same id and body again change nothing.

    Raises:
        Refused: `body_refused` where two changes speak of the same, `id_used`, `too_busy`, `history_failed`.
    """
    engine.admit()
    _refuse_doubled(body)
    while acting(engine, customer) is None and engine.stored(body.id) is None:
        await made(engine, customer)
    position = _record(engine, customer, body)
    await engine.durable(position)
    return CustomerReceipt(position=str(position), durable="local")


def _record(engine: Engine, customer: str, body: ConsentChanges) -> int:
    """Look for the id, apply, append: without awaiting."""
    subject = acting(engine, customer)
    digest = hashlib.sha256(_canonical(body.consents)).hexdigest()
    stored = engine.stored(body.id)
    if stored is not None:
        fact = stored.fact
        if subject is None or not isinstance(fact, ConsentsChanged):
            raise one_fault("id_used", path="/id", code="id_used", message="this id was used for something else")
        if (fact.request_digest, engine.state.aliases.of(fact.subject)) != (digest, subject.ref):
            raise one_fault("id_used", path="/id", code="id_used", message="this id was used with another body")
        return stored.position
    if subject is None:
        raise RuntimeError("a customer has a subject before their consents are recorded")
    changes = tuple(ConsentChange(each.purpose, each.channel, each.granted) for each in body.consents)
    fact_id = body.id or f"consents/{secrets.token_hex(16)}"
    return engine.remember(
        ConsentsChanged(id=fact_id, request_digest=digest, subject=subject.ref, changes=changes, at=engine.now())
    )


def _refuse_doubled(body: ConsentChanges) -> None:
    """Within one body nothing is later, so nothing may be said twice."""
    said: set[tuple[str, str | None]] = set()
    faults = []
    for number, each in enumerate(body.consents):
        if (each.purpose, each.channel) in said:
            where = f"on {each.channel}" if each.channel else "on every channel"
            message = f"{each.purpose} {where} is there already"
            faults.append(Fault(path=f"/consents/{number}", code="duplicate", message=message))
        said.add((each.purpose, each.channel))
    if faults:
        raise Refused("body_refused", errors=faults)
