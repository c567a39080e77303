"""Who works which territory, and which areas nobody works."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from tradewind.crm.channel.models import Partner, Status
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Territory, TerritoryHolder, area_of


class TerritoryRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The territory cannot be given so; the message says why."""


def read_areas(text: str) -> list[str]:
    """Areas as somebody writes them, with commas or line by line, each once and in order; of a postcode its area.

    >>> read_areas("nw1, N7;  sw9 8he, nw1")
    ['N7', 'NW1', 'SW9']
    """
    words = text.replace(";", ",").replace("\n", ",").split(",")
    return sorted({area_of(word) for word in words if word.strip()})


@transaction.atomic
def cover(territory: Territory, areas: Iterable[str]) -> None:
    """Let the territory consist of exactly these areas; others are taken out of it."""
    wanted = set(areas)
    held = set(territory.areas.values_list("area", flat=True))
    territory.areas.filter(area__in=held - wanted).delete()
    territory.areas.bulk_create(territory.areas.model(territory=territory, area=area) for area in sorted(wanted - held))


@transaction.atomic
def assign(territory: Territory, *, partner: Partner, actor: User, now: datetime) -> TerritoryHolder:
    """Let a partner work the territory from today on.

    Raises:
        TerritoryRefused: it does so already, or works with us no longer.
    """
    if partner.standing() == Status.ENDED:
        raise TerritoryRefused(gettext("%(partner)s works with us no longer.") % {"partner": partner})
    if territory.holders.current().filter(organisation=partner.organisation).exists():
        raise TerritoryRefused(gettext("%(partner)s works this territory already.") % {"partner": partner})
    partner.note("territory.given", actor=actor, now=now, what=territory.name)
    return territory.holders.create(organisation=partner.organisation, since_date=now.date())


@transaction.atomic
def withdraw(holder: TerritoryHolder, *, actor: User, now: datetime) -> None:
    """Today is the last day in the territory."""
    holder.end(on_date=max(now.date(), holder.since_date))
    partner = Partner.objects.filter(organisation=holder.organisation).first()
    if partner is not None:
        partner.note("territory.taken", actor=actor, now=now, what=holder.territory.name)
