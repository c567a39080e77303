"""A visitor turned out to be this customer: whatever counted for either counts for both."""

from __future__ import annotations

import secrets

from tradewind.engine.core.events import CustomersJoined
from tradewind.engine.history import Stored
from tradewind.engine.service.acting import acting, made
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.wire import Alias, CustomerReceipt


async def join(engine: Engine, customer: str, body: Alias) -> CustomerReceipt:
    """Join the alias to the customer, once; what is joined already stays so and nothing is stored.

    Raises:
        Refused: `body_refused` for the customer's own id, `alias_refused` where the alias is another customer's or
            the customer is already an alias of it, `id_used`, `too_busy`, `history_failed`.
    """
    engine.admit()
    if body.alias == customer:
        raise one_fault("body_refused", path="/alias", code="self_alias", message="is the customer's own id")
    if (stored := engine.stored(body.id)) is None:
        while (new := _new(engine, customer, body.alias)) is not None:
            await made(engine, new)
        stored = engine.stored(body.id)
    position = _repeated(engine, customer, body, stored) if stored else _record(engine, customer, body)
    await engine.durable(position)
    return CustomerReceipt(position=str(position), durable="local")


def _new(engine: Engine, *customers: str) -> str | None:
    return next((customer for customer in customers if acting(engine, customer) is None), None)


def _repeated(engine: Engine, customer: str, body: Alias, stored: Stored) -> int:
    """The position of the fact with this id, if it said the same."""
    fact, vault = stored.fact, engine.subjects.vault
    if isinstance(fact, CustomersJoined) and vault.customer_of(fact.alias) == body.alias:
        named = engine.subjects.known(customer)
        if named is not None and fact.subject in (named.ref, engine.state.aliases.of(named.ref)):
            return stored.position
    raise one_fault("id_used", path="/id", code="id_used", message="this id was used for something else")


def _record(engine: Engine, customer: str, body: Alias) -> int:
    """Look at both, apply, append: without awaiting."""
    aliases = engine.state.aliases
    subject, alias = acting(engine, customer), engine.subjects.known(body.alias)
    if subject is None or alias is None:
        raise RuntimeError("both customers have subjects before they are joined")
    since = aliases.since(alias.ref)
    if subject.ref == alias.ref:
        raise _refused("circle", f"{customer} is an alias of {body.alias}")
    if since is not None and aliases.of(alias.ref) != subject.ref:
        raise _refused("alias_of_another", f"{body.alias} is an alias of another customer")
    if since is not None:
        return since
    fact_id = body.id or f"alias/{secrets.token_hex(16)}"
    return engine.remember(CustomersJoined(id=fact_id, subject=subject.ref, alias=alias.ref, at=engine.now()))


def _refused(code: str, message: str) -> Refused:
    return one_fault("alias_refused", path="/alias", code=code, message=message)
