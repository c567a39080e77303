"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from tradewind.crm.decisions.operations.answering import forward
from tradewind.crm.decisions.operations.estimating import follow_all
from tradewind.crm.decisions.operations.stopping import follow_stops
from tradewind.crm.jobs.recurring import every


@every(2, name="decisions.forward")
def forward_outbox(now: datetime) -> int:
    """Sends the letters that are due."""
    return forward(now=now)


@every(5, name="decisions.estimates")
def follow_estimates(now: datetime) -> int:
    """Fetches what the engine found out about drafts, so that nobody has to wait on a page for it."""
    return follow_all(now=now)


@every(2, name="decisions.stops")
def follow_engine_stops(now: datetime) -> int:
    """Brings emergency stops to an engine that was away when they were made, and takes over those made past us."""
    return follow_stops(now=now)
