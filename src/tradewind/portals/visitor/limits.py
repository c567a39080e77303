"""How often a stranger may write from one address, counted as sign-ins are."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.http import HttpRequest

RATES = {"registration": "10/h/ip"}


def is_limited() -> bool:
    """Is anything counted in this installation? Tests and the demo's sign-in turn it off together."""
    return bool(app_settings.RATE_LIMITS)


def too_many(request: HttpRequest, action: str) -> bool:
    """Has this address done it too often lately? Counts this time."""
    used = ratelimit.consume(request, app="tradewind.visitor", action=action, config=RATES) if is_limited() else True
    return used is None
