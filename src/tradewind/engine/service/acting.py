"""Which subject acts when a customer's id is named: after joins, and while somebody is being forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import apsw

from tradewind.engine.history import Subject
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused

_UNWRITTEN: Final = (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.CantOpenError, OSError)


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
    """Make a subject, durable then. Look again with `acting`: the customer may have been erased meanwhile.

    Raises:
        Refused: `history_failed`, as for `writing_keys`.
    """
    with writing_keys(engine):
        await engine.subjects.made(customer, engine.state.erased)


@contextmanager
def writing_keys(engine: Engine) -> Iterator[None]:
    """What the vault could not write ends the engine, as for history: a second flush may succeed without the data.

    Raises:
        Refused: `history_failed`, where the disk does not take it.
    """
    try:
        yield
    except _UNWRITTEN as error:
        engine.fail(f"the vault cannot be written: {error}")
        raise Refused("history_failed", "the customers' keys cannot be written") from error
