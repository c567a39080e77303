"""End customers that a partner brings to the brand owner, and those it serves no longer.

A partner brings in people whom it knows; it never takes a customer of the brand owner by a number or an address, for
the answer would tell who is one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import (
    Channel,
    Customer,
    EndCustomer,
    Organisation,
    Person,
    Purpose,
    Segment,
)
from tradewind.crm.parties.operations import enrol


@transaction.atomic
def share(
    *, party: Person | Organisation, partner: Organisation, wants_letters: bool, actor: User, now: datetime
) -> Customer:
    """Enrol somebody as the partner's end customer; both sides know them from now on."""
    segment = Segment.HOME if isinstance(party, Person) else Segment.BUSINESS
    customer = enrol(party=party, since_date=now.date(), segment=segment, actor=actor, now=now)
    EndCustomer.objects.create(partner=partner, customer=customer, since_date=now.date())
    if wants_letters:
        customer.record_consent(Purpose.MARKETING, Channel.EMAIL, given=True, actor=actor, now=now)
    return customer


def serve_no_longer(customer: Customer, *, partner: Organisation, now: datetime) -> bool:
    """Let the partner see the customer no longer; False where it did not serve them."""
    served = EndCustomer.objects.current().filter(customer=customer, partner=partner).first()
    if served is None:
        return False
    served.end(on_date=max(now.date(), served.since_date))
    return True
