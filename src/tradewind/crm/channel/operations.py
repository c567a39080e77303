"""Partners that the channel manager writes down, and the end of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tradewind.crm.channel.campaigns import PARTNER_ENDED
from tradewind.crm.channel.invitations import invite
from tradewind.crm.channel.letters import Link
from tradewind.crm.channel.models import Authorisation, CampaignLetter, Partner, Status
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import (
    Customer,
    EndCustomer,
    Kind,
    Membership,
    Organisation,
    Supply,
    TerritoryHolder,
)
from tradewind.crm.parties.operations import index


@transaction.atomic
def enlist(partner: Partner, *, actor: User | None, now: datetime) -> Partner:
    """Write down a company that is to become a partner; it is being recruited from now on.

    The organisation is saved with it where it is new.

    Raises:
        IntegrityError: the VAT id belongs to another partner, or the organisation is a partner already.
    """
    organisation: Organisation = partner.organisation
    if organisation._state.adding:
        organisation.kind = Kind.PARTNER
        organisation.save()
    partner.organisation, partner.created_at = organisation, now
    partner.save()
    partner.enter(Status.RECRUITED, actor=actor, now=now)
    return partner


@transaction.atomic
def change(partner: Partner, *, fields: Sequence[str], actor: User, now: datetime) -> None:
    """Save a partner and its organisation; the search for customers follows the name, and the timeline names `fields`.

    Raises:
        IntegrityError: the VAT id belongs to another partner.
    """
    partner.organisation.save()
    partner.save()
    index(Customer.objects.with_party().filter(organisation=partner.organisation))
    if fields:
        partner.note("partner.changed", actor=actor, now=now, fields=list(fields))


@transaction.atomic
def admit(partner: Partner, *, name: str, email: str, language: str, actor: User, now: datetime, link: Link) -> None:
    """Approve a partner that never registered itself, and invite its first partner manager.

    Raises:
        StepRefused: it is not being recruited or registered.
        InvitationRefused: the person cannot be brought in.
    """
    partner.become(Status.APPROVED, actor=actor, now=now)
    invite(
        partner=partner,
        name=name,
        email=email,
        role=Role.PARTNER_MANAGER,
        language=language,
        actor=actor,
        now=now,
        link=link,
    )


@transaction.atomic
def end(partner: Partner, *, why: str, actor: User, now: datetime) -> None:
    """Work with a partner no longer: its people lose what came from working there; its territories, customers,
    suppliers, buyers, authorisations and open invitations are over, and letters that wait do not leave.

    Raises:
        StepRefused: it has ended already, or no reason was given.
    """
    partner.become(Status.ENDED, actor=actor, now=now, why=why)
    partner.invitations.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    letters = CampaignLetter.objects.filter(campaign__partner=partner.organisation)
    letters.drop(now=now, remark=PARTNER_ENDED)
    for relation in _relations(partner):
        relation.end(on_date=max(now.date(), relation.since_date))
    for membership in Membership.objects.current().filter(organisation=partner.organisation):
        membership.take_role(actor=actor, now=now)
        membership.end(on_date=max(now.date(), membership.since_date))


def _relations(partner: Partner) -> Iterator[TerritoryHolder | EndCustomer | Supply | Authorisation]:
    """What holds from day to day for as long as it is a partner."""
    company = partner.organisation
    yield from TerritoryHolder.objects.current().filter(organisation=company)
    yield from EndCustomer.objects.current().filter(partner=company)
    yield from Supply.objects.current().filter(Q(supplier=company) | Q(buyer=company))
    yield from partner.authorisations.current()
