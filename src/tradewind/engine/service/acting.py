"""Which subject acts when a customer's id is named: after joins, and while somebody is being forgotten."""

from __future__ import annotations

from tradewind.engine.history import Subject
from tradewind.engine.service.engine import Engine


def acting(engine: Engine, customer: str) -> Subject | None:
    """The subject for this customer's next fact: under an alias that of the customer it stands for.

    None where nothing is known of them (any more): `made` makes one then.
    """
    subject = engine.subjects.known(customer)
    if subject is None or subject.ref in engine.state.erased:
        return None
    ref = engine.state.aliases.of(subject.ref)
    return subject if ref == subject.ref else engine.subjects.at(ref)


async def made(engine: Engine, customer: str) -> None:
    """Make a subject, durable then. Look again with `acting`: the customer may have been erased meanwhile."""
    await engine.subjects.made(customer, engine.state.erased)
