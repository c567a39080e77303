"""Work that the worker does again and again: letting funds expire."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tradewind.crm.funds.expiry import expire_due
from tradewind.crm.jobs.recurring import every

HOUR_S: Final = 60 * 60


@every(HOUR_S, name="funds.expiry")
def expire(now: datetime) -> int:
    """Funds whose last day is over."""
    return expire_due(now)
