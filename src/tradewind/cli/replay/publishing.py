"""Putting the bank's offers into an engine without taking anything away from it.

An empty engine, or one that runs an earlier replay, gets the bank's publication. Any other publication is left alone
unless the caller says `into_demo`; then the bank's parts are added to it and everything that ran keeps running.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from tradewind.cli.replay import universal_bank
from tradewind.cli.replay.connection import Connection, EngineRefused
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.engine import wire


class NotOurs(Exception):  # noqa: N818 - it says what is, not that something failed
    """The engine runs somebody's publication."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def publish(engine: EngineAccess, *, into_demo: bool) -> wire.PublicationReceipt:
    """Publish under the next number. Raises NotOurs, EngineRefused."""
    running = current(engine)
    if running is None:
        publication = universal_bank.publication(1)
    elif is_ours(running):
        publication = universal_bank.publication(running.number + 1)
    elif into_demo:
        publication = added_to(running)
    else:
        raise NotOurs(
            f"The engine at {engine.url} runs publication {running.number} with {len(running.offers)} offers of its "
            "own. Say --into-demo to add the bank's offers to it, or leave --engine out for a scratch engine."
        )
    connection = Connection(engine.url, engine.keys["publish"])
    try:
        answer = connection.put(f"/v1/publications/{publication.number}", publication)
    finally:
        connection.close()
    return msgspec.json.decode(answer, type=wire.PublicationReceipt)


def current(engine: EngineAccess) -> wire.Publication | None:
    """The running publication, or None where nothing was published yet."""
    connection = Connection(engine.url, engine.keys["read"])
    try:
        document: dict[str, Any] = msgspec.json.decode(connection.get("/v1/publications/current"))
    except EngineRefused as refused:
        if refused.status == 404:
            return None
        raise
    finally:
        connection.close()
    document.pop("digest", None)
    return msgspec.convert(document, wire.Publication)


def is_ours(publication: wire.Publication) -> bool:
    return all(offer.id.startswith(universal_bank.PREFIX) for offer in publication.offers)


def added_to(running: wire.Publication) -> wire.Publication:
    """The running publication with the bank's parts beside its own, under the next number."""
    bank = universal_bank.publication(running.number + 1)
    groups = {group.name: group for group in running.condition_groups}
    for group in bank.condition_groups:
        groups[group.name] = _with_attributes(groups.get(group.name), group)
    return msgspec.structs.replace(
        running,
        number=bank.number,
        condition_groups=list(groups.values()),
        events=[*_others(running.events, bank.events), *bank.events],
        placements=[*_others(running.placements, bank.placements), *bank.placements],
        arbitration=[*_others(running.arbitration, bank.arbitration), *bank.arbitration],
        outcomes=[*running.outcomes, *_others(bank.outcomes, running.outcomes)],
        offers=[offer for offer in running.offers if not offer.id.startswith(universal_bank.PREFIX)] + bank.offers,
    )


def _with_attributes(running: wire.ConditionGroup | None, bank: wire.ConditionGroup) -> wire.ConditionGroup:
    if running is None:
        return bank
    return msgspec.structs.replace(
        running, attributes=[*_others(running.attributes, bank.attributes), *bank.attributes]
    )


def _others[Thing: _Named](things: Iterable[Thing], named: Iterable[Thing]) -> list[Thing]:
    """Those of `things` whose name none of `named` has."""
    names = {thing.name for thing in named}
    return [thing for thing in things if thing.name not in names]
