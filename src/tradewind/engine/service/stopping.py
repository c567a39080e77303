"""The emergency stop: an offer is off for the very next decision, without a publication."""

from __future__ import annotations

import secrets

from tradewind.engine.core.events import OfferResumed, OfferStopped
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import OfferStanding, Stops


async def stops(engine: Engine) -> Stops:
    """The offers that are stopped, in the order in which they were."""
    position = await engine.durable_head()
    standing = sorted(engine.state.stopped.items(), key=lambda stop: stop[1])
    offers = [OfferStanding(offer=offer, stopped=True, position=str(at)) for offer, at in standing if at <= position]
    return Stops(position=str(position), offers=offers)


async def stop(engine: Engine, offer: str) -> OfferStanding:
    """Stop an offer; one that is stopped stays so, and nothing is stored."""
    _refuse_unknown(engine, offer)
    position = engine.state.stopped.get(offer)
    if position is None:
        position = engine.remember(OfferStopped(id=f"stop/{secrets.token_hex(16)}", offer=offer, at=engine.now()))
    await engine.durable(position)
    return OfferStanding(offer=offer, stopped=True, position=str(position))


async def resume(engine: Engine, offer: str) -> OfferStanding:
    """Let an offer be shown again; one that is not stopped stays so, and nothing is stored."""
    _refuse_unknown(engine, offer)
    if offer in engine.state.stopped:
        position = engine.remember(OfferResumed(id=f"resume/{secrets.token_hex(16)}", offer=offer, at=engine.now()))
    else:
        position = engine.head
    await engine.durable(position)
    return OfferStanding(offer=offer, stopped=False, position=str(position))


def _refuse_unknown(engine: Engine, offer: str) -> None:
    """An offer is known while it is published, or stopped: a stop can always be taken back."""
    publication = engine.state.publication
    if offer not in engine.state.stopped and (publication is None or offer not in publication.rows):
        raise Refused("offer_unknown")
