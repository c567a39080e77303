"""Running a campaign: whom it reaches, and sending it once.

A letter goes to end customers of the partner alone, who have an e-mail address and whose last word on such letters was
yes. What the brand owner knows of them stays with it: the partner sees how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from tradewind.crm.channel.models import (
    CampaignLetter,
    CampaignMaterial,
    LetterState,
    Partner,
    PartnerCampaign,
    Status,
)
from tradewind.crm.channel.models.letter import ON_THE_WAY
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Channel, ConsentRecord, Customer, EndCustomer, Organisation, Purpose

MOST: Final = 2_000
"""Letters that are sent in one go."""
PARTNER_ENDED: Final = gettext_noop("The partnership has ended.")


class CampaignRefused(ValueError):  # noqa: N818  (a refusal, not an error)
    """It is not sent; the text says why."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a campaign reaches, and why not the others."""

    customers: Sequence[Customer]
    without_address: int
    unwilling: int


def offered_to(company: Organisation) -> QuerySet[CampaignMaterial]:
    """The materials that this partner may use now."""
    types = Partner.objects.filter(organisation=company).values("type")
    return CampaignMaterial.objects.filter(Q(for_type=None) | Q(for_type__in=types), is_offered=True)


def reach_of(company: Organisation) -> Reach:
    served = EndCustomer.objects.current().filter(partner=company).values("customer")
    customers = list(Customer.objects.with_party().filter(pk__in=served).order_by("pk"))
    addressed = [one for one in customers if one.person is not None and one.person.email]
    said = ConsentRecord.objects.filter(customer__in=served, purpose=Purpose.MARKETING, channel=Channel.EMAIL)
    latest = dict(said.order_by("recorded_at", "pk").values_list("customer", "given"))
    willing = [one for one in addressed if latest.get(one.pk)]
    return Reach(willing, len(customers) - len(addressed), len(addressed) - len(willing))


def held_back(company: Organisation) -> str:
    """Why nothing leaves in its name now, in words; empty where letters may leave."""
    partner = Partner.objects.in_status(Status.SUSPENDED, Status.ENDED).filter(organisation=company).first()
    if partner is None:
        return ""
    if partner.standing() == Status.ENDED:
        return gettext(PARTNER_ENDED)
    return gettext("%(partner)s is suspended: it sends no campaigns until it is active again.") % {"partner": partner}


def has_ended(company: Organisation) -> bool:
    """Is it a partner no longer?"""
    return Partner.objects.in_status(Status.ENDED).filter(organisation=company).exists()


@transaction.atomic
def send(campaign: PartnerCampaign, *, actor: User, now: datetime) -> int:
    """Send it to everybody it reaches; how many these are. The worker lets the letters go, in the words of this moment.

    Raises:
        CampaignRefused: the partner is suspended or has ended, it was sent already, its material is offered no longer,
            or it reaches nobody or too many.
    """
    _must_be_free(campaign)
    if not offered_to(campaign.partner).filter(pk=campaign.material_id).exists():
        raise CampaignRefused(gettext("This material is offered no longer."))
    if not PartnerCampaign.objects.filter(pk=campaign.pk, sent_at=None).update(sent_at=now, sent_by=actor):
        raise CampaignRefused(gettext("This campaign was sent already."))
    customers = reach_of(campaign.partner).customers
    if not customers:
        raise CampaignRefused(gettext("It reaches nobody: no customer has agreed to letters by e-mail."))
    if len(customers) > MOST:
        raise CampaignRefused(gettext("It reaches more than %(most)s customers at once.") % {"most": MOST})
    campaign.wording = {code: list(campaign.material.written_in(code)) for code, _name in settings.LANGUAGES}
    campaign.save(update_fields=["wording"])
    CampaignLetter.objects.bulk_create(CampaignLetter(campaign=campaign, customer=one, due_at=now) for one in customers)
    return len(customers)


def send_doubtful_again(campaign: PartnerCampaign, *, now: datetime) -> int:
    """Send what perhaps left once more; somebody has decided that twice is better than never. How many there are.

    Raises:
        CampaignRefused: the partner is suspended or has ended.
    """
    _must_be_free(campaign)
    doubtful = campaign.letters.filter(state=LetterState.DOUBTFUL)
    return doubtful.update(state=LetterState.WAITING, due_at=now, changed_at=now, remark="")


def _must_be_free(campaign: PartnerCampaign) -> None:
    held = held_back(campaign.partner)
    if held:
        raise CampaignRefused(held)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the letters of a campaign have come."""

    counts: Mapping[str, int]
    retry_at: datetime | None
    """When the next attempt is made, where the mail server could not be reached."""
    remark: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return sum(self.counts[state] for state in ON_THE_WAY)

    @property
    def done(self) -> int:
        return self.total - self.waiting

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 1.0


def progress_of(campaign: PartnerCampaign) -> Progress:
    rows = dict(campaign.letters.order_by().values_list("state").annotate(number=Count("pk")))
    held = campaign.letters.filter(state=LetterState.WAITING).exclude(remark="").order_by("due_at").first()
    counts = dict.fromkeys(LetterState.values, 0) | rows
    return Progress(counts, held.due_at if held else None, held.remark if held else "")
