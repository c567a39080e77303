"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from tradewind.crm.decisions.operations.answering import forward
from tradewind.crm.jobs.recurring import every


@every(2, name="decisions.forward")
def forward_outbox(now: datetime) -> int:
    """Sends the letters that are due."""
    return forward(now=now)
