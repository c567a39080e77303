"""Which partner belongs to which, and who supplies whom."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from tradewind.crm.channel.models import Partner
from tradewind.crm.identity.models import User
from tradewind.crm.parties import hierarchy
from tradewind.crm.parties.hierarchy import CircleError
from tradewind.crm.parties.models import Supply


class StructureRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The partners cannot stand to each other like this; the message says why."""


@transaction.atomic
def belong(partner: Partner, *, to: Partner | None, actor: User, now: datetime) -> None:
    """Put a partner, with all below it, right under another; `None` makes it the head of its own.

    Raises:
        StructureRefused: the other is the partner itself, or stands below it.
    """
    try:
        hierarchy.place(partner.organisation, under=to.organisation if to else None, actor=actor, now=now)
    except CircleError as circle:
        said = gettext("%(other)s stands below %(partner)s already: the two would stand above each other.")
        if to == partner:
            said = gettext("%(partner)s cannot belong to itself.")
        raise StructureRefused(said % {"other": to, "partner": partner}) from circle
    partner.note("structure.placed", actor=actor, now=now, what=str(to) if to else "")


@transaction.atomic
def supply(partner: Partner, *, buyer: Partner, actor: User, now: datetime) -> Supply:
    """Let a partner supply another from today on.

    Raises:
        StructureRefused: it would supply itself, does so already, or is supplied by the other, be it over others.
    """
    ours, theirs = partner.organisation, buyer.organisation
    if ours == theirs:
        raise StructureRefused(gettext("%(partner)s cannot supply itself.") % {"partner": partner})
    hierarchy.alone(Supply)
    current = Supply.objects.current()
    if current.filter(supplier=theirs, buyer=ours).exists():
        said = gettext("%(other)s supplies %(partner)s; goods run one way.")
        raise StructureRefused(said % {"other": buyer, "partner": partner})
    if current.chain_reaches(ours, beginning=theirs):
        said = gettext("%(other)s supplies %(partner)s by way of others; goods run one way.")
        raise StructureRefused(said % {"other": buyer, "partner": partner})
    if current.filter(supplier=ours, buyer=theirs).exists():
        raise StructureRefused(gettext("%(partner)s supplies it already.") % {"partner": partner})
    partner.note("supply.began", actor=actor, now=now, what=str(buyer))
    return Supply.objects.create(supplier=ours, buyer=theirs, since_date=now.date())


@transaction.atomic
def end_supply(relation: Supply, *, partner: Partner, actor: User, now: datetime) -> None:
    """Today is the last day of the relation."""
    relation.end(on_date=max(now.date(), relation.since_date))
    partner.note("supply.ended", actor=actor, now=now, what=str(relation.buyer))
