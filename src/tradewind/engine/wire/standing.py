"""Whether the engine runs, whether an offer is stopped, and what a key may do."""

from __future__ import annotations

from typing import Literal

from tradewind.engine.wire.base import HealthStatus, Message

Scope = Literal["publish", "decide", "read", "admin"]


class Health(Message, frozen=True, kw_only=True, omit_defaults=False):
    status: HealthStatus
    position: str | None = None
    publication: int | None = None


class OfferStanding(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Whether an offer is stopped; decisions from `position` on obey."""

    offer: str
    stopped: bool
    position: str


class Stops(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The offers that are stopped at `position`, published or not, each with the position from which on it was."""

    position: str
    offers: list[OfferStanding]
