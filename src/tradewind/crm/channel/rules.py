"""How a partner goes through its life, and when something is late. Pure: no record and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DECIDE_WITHIN_DAYS: Final = 3
CONFIRM_WITHIN: Final = timedelta(days=2)
JOIN_WITHIN: Final = timedelta(days=7)
STANDS_STILL_AFTER: Final = timedelta(days=14)


class Status(TextChoices):
    RECRUITED = "recruited", _("Being recruited")
    REGISTERED = "registered", _("Registered")
    APPROVED = "approved", _("Approved")
    ONBOARDING = "onboarding", _("Onboarding")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


class Step(TextChoices):
    """What has to be done before a partner is active."""

    CONTRACT = "contract", _("The partner contract is signed")
    DETAILS = "details", _("Tax and bank details are checked")
    PEOPLE = "people", _("The partner manager has signed in")
    TRAINING = "training", _("The first training is done")
    AREAS = "areas", _("Areas and product range are agreed")
    LISTING = "listing", _("The store-locator entry is written")


class Measure(TextChoices):
    """What tiers and goals are measured by."""

    SALES = "sales", _("Orders, not cancelled")
    ORDERS = "orders", _("Number of orders")
    LEADS_WON = "leads_won", _("Leads won")
    CERTIFIED_PEOPLE = "certified_people", _("Certified people")
    CERTIFICATES = "certificates", _("Certificates of the company")


MONEY: Final = frozenset({Measure.SALES})
"""Measured in the smallest unit of a currency."""


MAY_BECOME: Final[dict[str, frozenset[str]]] = {
    Status.RECRUITED: frozenset({Status.REGISTERED, Status.APPROVED, Status.ENDED}),
    Status.REGISTERED: frozenset({Status.APPROVED, Status.ENDED}),
    Status.APPROVED: frozenset({Status.ONBOARDING, Status.ENDED}),
    Status.ONBOARDING: frozenset({Status.ACTIVE, Status.ENDED}),
    Status.ACTIVE: frozenset({Status.SUSPENDED, Status.ENDED}),
    Status.SUSPENDED: frozenset({Status.ACTIVE, Status.ENDED}),
    Status.ENDED: frozenset({Status.RECRUITED}),
}
SAYS_WHY: Final = frozenset({Status.SUSPENDED, Status.ENDED})
WORKS: Final = frozenset({Status.APPROVED, Status.ONBOARDING, Status.ACTIVE, Status.SUSPENDED})
"""Statuses in which people of the partner may be let in."""


class StepRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The partner cannot take this step; `gaps` says in words what is still to be done, where that is the reason."""

    def __init__(self, message: str, gaps: Sequence[str | Promise] = ()) -> None:
        super().__init__(message)
        self.gaps = tuple(gaps)


def refusal(current: str, wanted: str, *, why: str, open_steps: Sequence[str | Promise] = ()) -> StepRefused | None:
    """Why a partner in `current` may not become `wanted`, or None where it may."""
    if wanted not in MAY_BECOME[current]:
        return StepRefused(
            gettext("A partner that is “%(current)s” cannot become “%(wanted)s”.")
            % {"current": Status(current).label, "wanted": Status(wanted).label}
        )
    if wanted in SAYS_WHY and not why.strip():
        return StepRefused(gettext("Say why."))
    if wanted == Status.ACTIVE and open_steps:
        return StepRefused(gettext("Onboarding is not finished yet."), open_steps)
    return None


def working_day_after(day: date, days: int) -> date:
    """The day that lies so many working days later.

    >>> working_day_after(date(2026, 11, 20), 3).isoformat()  # from a Friday
    '2026-11-25'
    """
    for _each in range(days):
        day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return day
