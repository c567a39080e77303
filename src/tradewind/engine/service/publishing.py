"""Check a publication off the event loop, then activate it at one position of history."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tradewind.engine.core.events import PublicationActivated
from tradewind.engine.core.offers import CompiledPublication, canonical, compile_publication, digest_of
from tradewind.engine.core.populating_checks import origin_faults
from tradewind.engine.core.state import Ahead
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import capped
from tradewind.engine.service.inputs import schema_faults
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.sources import source_faults
from tradewind.engine.wire import Fault, Publication, PublicationReceipt


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that may be published: as history keeps it, what is doubtful in it, and what it compiles to."""

    canonical: str
    digest: str
    warnings: list[Fault]
    compiled: CompiledPublication


async def publish(engine: Engine, document: Publication, value: Any) -> tuple[PublicationReceipt, bool]:
    """Activate; the receipt, and whether it is new (the same content again changes nothing)."""
    checked = await asyncio.to_thread(check, engine, value)
    known = engine.state.publications.get(document.number)
    if known is not None and known.digest == checked.digest and document.number == engine.current_number:
        await engine.durable(known.position)
        return _receipt(document, checked, known.position), False
    _refuse_used_number(engine, document.number)
    now = engine.now()
    position = engine.remember(
        PublicationActivated(
            id=f"publication/{document.number}/{secrets.token_hex(8)}",
            number=document.number,
            digest=checked.digest,
            document=checked.canonical,
            at=now,
        ),
        ahead=Ahead(checked.canonical, checked.compiled),  # decisions would wait while it is compiled again
    )
    await engine.durable(position)
    return _receipt(document, checked, position), True


async def validate(engine: Engine, document: Publication, value: Any) -> PublicationReceipt:
    """The same checks as `publish`; nothing is stored."""
    return _receipt(document, await asyncio.to_thread(check, engine, value), None)


async def running(engine: Engine) -> bytes:
    """The running publication as it was published, with its digest."""
    if engine.current_number is None:
        raise Refused("nothing_published")
    return await numbered(engine, engine.current_number)


async def numbered(engine: Engine, number: int) -> bytes:
    """One publication as it was published, with its digest, read back from history once it is durable there."""
    known = engine.state.publications.get(number)
    if known is None:
        raise Refused("publication_unknown")
    await engine.durable(known.position)
    fact = engine.fact_at(known.position)
    if not isinstance(fact, PublicationActivated):
        raise TypeError(f"position {known.position} does not hold publication {number}")
    return b'{"digest":"' + known.digest.encode() + b'",' + fact.document.encode()[1:]


def check(engine: Engine, value: Any, *, under: str = "", besides: Sequence[Fault] = ()) -> Checked:
    """Compile what history will hold, so that it is what a later start compiles. Takes long: off the event loop.

    Args:
        engine: whose settings say which hosts and secrets there are.
        value: a document of the right form.
        under: the pointer at which it lies in the body.
        besides: what else is wrong with the body.

    Raises:
        Refused: with every fault.
    """
    text = canonical(value)
    document = msgspec.json.decode(text, type=Publication)
    compiled, faults, warnings = compile_publication(document)
    found = [
        *faults,
        *origin_faults(document),
        *schema_faults(document),
        *source_faults(document, engine.guard, engine.secrets),
    ]
    if compiled is None or found or besides:
        told = [msgspec.structs.replace(fault, path=under + fault.path) for fault in found]
        raise Refused("body_refused", errors=capped([*told, *besides]))
    return Checked(text, digest_of(text), list(warnings), compiled)


def _refuse_used_number(engine: Engine, number: int) -> None:
    current = engine.current_number
    if number in engine.state.publications and number == current:
        message = f"number {number} is published with other content"
    elif current is not None and number < current:
        message = f"number {number} is below the running {current}; publish old content under a new number"
    else:
        return
    raise one_fault("number_used", path="/number", code="number_used", message=message)


def _receipt(document: Publication, checked: Checked, position: int | None) -> PublicationReceipt:
    return PublicationReceipt(
        number=document.number,
        digest=checked.digest,
        offers=len(document.offers),
        warnings=checked.warnings,
        position=None if position is None else str(position),
    )
