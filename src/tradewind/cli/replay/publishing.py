"""Putting the bank's publication into an engine that has none, or an earlier one of ours; any other is left alone."""

from typing import Any

import msgspec

from tradewind.cli.replay import universal_bank
from tradewind.cli.replay.connection import Connection, EngineRefused
from tradewind.cli.replay.scratch import EngineAccess
from tradewind.demo.bank import PREFIX
from tradewind.engine import wire


class NotOurs(Exception):  # noqa: N818 - it says what is, not that something failed
    """The engine runs somebody's publication."""


def publish(engine: EngineAccess) -> wire.PublicationReceipt:
    """Publish under the next number. Raises NotOurs, EngineRefused."""
    running = current(engine)
    if running is not None and not is_ours(running):
        raise NotOurs(
            f"The engine at {engine.url} runs publication {running.number} with {len(running.offers)} offers of its "
            "own. Beside the demo say --into-demo, which puts the bank's offers into its workspace; or leave --engine "
            "out for a scratch engine."
        )
    publication = universal_bank.publication(running.number + 1 if running else 1)
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
    return all(offer.id.startswith(PREFIX) for offer in publication.offers)
