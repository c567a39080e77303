"""What a customer allows today, in the order in which the desk asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Channel, ConsentRecord, Customer, Purpose
from tradewind.crm.toolkit.models import Channel as Touchpoint

GIVEN: Final = "consent.given"
WITHDRAWN: Final = "consent.withdrawn"

type Asked = tuple[str, str]
"""Purpose and channel."""

LABELS: Final[dict[Asked, str | Promise]] = {
    (Purpose.MARKETING, Channel.PHONE): _("Offers by phone"),
    (Purpose.MARKETING, Channel.EMAIL): _("Offers by e-mail"),
    (Purpose.MARKETING, Channel.WEB): _("Offers on the web"),
    (Purpose.MARKETING, Channel.STORE): _("Offers in the store"),
    (Purpose.PROFILING, Channel.PHONE): _("Learning from answers"),
}


SPOKEN_OVER: Final = {
    Touchpoint.CALL_CENTER: Channel.PHONE,
    Touchpoint.STORE: Channel.STORE,
    Touchpoint.WEB: Channel.WEB,
}
"""The channel of consent for the channel of a conversation."""


@dataclass(frozen=True, slots=True)
class StandingConsent:
    """What was said last; `given` is None where nothing was said."""

    purpose: str
    channel: str
    label: str | Promise
    given: bool | None
    said_at: dt.datetime | None


def standing_consents(customer: Customer, *, user: User) -> list[StandingConsent]:
    """One entry per question, from one query."""
    said: dict[Asked, ConsentRecord] = {}
    for row in scope(user, ConsentRecord).filter(customer=customer).order_by("recorded_at", "pk"):
        said[row.purpose, row.channel] = row
    return [_standing(asked, label, said.get(asked)) for asked, label in LABELS.items()]


def declined(consents: Iterable[StandingConsent], channel: str) -> StandingConsent | None:
    """The no to offers in the channel of this conversation, where one was said."""
    asked = Purpose.MARKETING, SPOKEN_OVER.get(Touchpoint(channel))
    return next((one for one in consents if (one.purpose, one.channel) == asked and one.given is False), None)


@transaction.atomic
def note_consent(customer: Customer, asked: Asked, *, given: bool, actor: User, now: dt.datetime) -> bool:
    """Writes down a yes or a no with its place on the timeline. False where the customer had said so already."""
    if customer.allows(*asked) is given:
        return False
    purpose, channel = asked
    customer.record_consent(purpose, channel, given=given, actor=actor, now=now)
    customer.note(GIVEN if given else WITHDRAWN, actor=actor, now=now, purpose=purpose, channel=channel)
    return True


def _standing(asked: Asked, label: str | Promise, row: ConsentRecord | None) -> StandingConsent:
    purpose, channel = asked
    if row is None:
        return StandingConsent(purpose, channel, label, given=None, said_at=None)
    return StandingConsent(purpose, channel, label, given=row.given, said_at=row.recorded_at)
