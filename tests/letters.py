"""A campaign of Camden's with many customers who agreed to letters, sent and not yet delivered."""

from __future__ import annotations

from datetime import datetime

from tests.cast import SINCE, Cast, build_cast
from tests.partnership import enlisted

from tradewind.crm.channel import campaigns
from tradewind.crm.channel.models import CampaignMaterial, PartnerCampaign
from tradewind.crm.parties.models import Channel, EndCustomer, Person, Purpose, Segment
from tradewind.crm.parties.operations import enrol


def address(number: int) -> str:
    return f"customer-{number}@mail.example"


def sent_campaign(number: int, *, now: datetime, cast: Cast | None = None) -> PartnerCampaign:
    """Sent by its manager to so many customers; the letters wait for the worker."""
    cast = cast or build_cast()
    enlisted(cast.camden, actor=cast.claire, now=now)
    for each in range(number):
        party = Person(first_name=f"Customer{each}", last_name="Able", city="London", email=address(each))
        customer = enrol(party=party, since_date=SINCE, segment=Segment.HOME, actor=cast.adam, now=now)
        EndCustomer.objects.create(partner=cast.camden, customer=customer, since_date=SINCE)
        customer.record_consent(Purpose.MARKETING, Channel.EMAIL, given=True, actor=None, now=now)
    material = CampaignMaterial.objects.create(
        code="winter", name="Winter", subject="A check at {{ company }}", body="Dear {{ first_name }}, come."
    )
    campaign = PartnerCampaign.objects.create(
        partner=cast.camden, material=material, created_by=cast.petra, created_at=now
    )
    campaigns.send(campaign, actor=cast.petra, now=now)
    return campaign
