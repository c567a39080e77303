"""Writing a plan: all of it in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from django.db import transaction

from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.bulk.columns import PARTNER
from tradewind.crm.channel.bulk.plan import LISTS, Planned
from tradewind.crm.channel.models import Outcome, Partner, PartnerActivity, PartnerStatus
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Kind, Organisation

AT_ONCE: Final = 1_000
FIELDS: Final = [*PARTNER, *LISTS.values()]


@transaction.atomic
def write(plan: Iterable[Planned], *, actor: User, now: datetime) -> None:
    """Make the new partners and change the others; each with an entry on its timeline.

    Raises:
        IntegrityError: somebody else has written the same VAT id meanwhile.
    """
    for planned in batched((row for row in plan if row.outcome == Outcome.NEW), AT_ONCE):
        _create(planned, actor=actor, now=now)
    for planned in batched((row for row in plan if row.outcome == Outcome.CHANGED), AT_ONCE):
        _change(planned, actor=actor, now=now)


def _create(rows: Sequence[Planned], *, actor: User, now: datetime) -> None:
    places = [Organisation(kind=Kind.PARTNER, **row.of_organisation) for row in rows]
    Organisation.objects.bulk_create(places)
    partners = [
        Partner(organisation=place, created_at=now, **row.values) for row, place in zip(rows, places, strict=True)
    ]
    Partner.objects.bulk_create(partners)
    PartnerStatus.objects.bulk_create(
        PartnerStatus(partner=partner, status=row.status, started_at=now, started_by=actor)
        for row, partner in zip(rows, partners, strict=True)
    )
    _note(partners, [{"status": row.status.value, "why": ""} for row in rows], "partner.status", actor=actor, now=now)


def _change(rows: Sequence[Planned], *, actor: User, now: datetime) -> None:
    partners = [row.partner for row in rows if row.partner is not None]
    for row, partner in zip(rows, partners, strict=True):
        for name, text in row.of_organisation.items():
            setattr(partner.organisation, name, text)
        for name, value in row.values.items():
            setattr(partner, name, value)
    Organisation.objects.bulk_update([partner.organisation for partner in partners], ["name", "city", "postcode"])
    Partner.objects.bulk_update(partners, FIELDS)
    details = [{"fields": row.said.split(", ")} for row in rows]
    _note(partners, details, "partner.changed", actor=actor, now=now)


def _note(
    partners: Sequence[Partner], details: Sequence[Mapping[str, object]], verb: str, *, actor: User, now: datetime
) -> None:
    """An entry on the timeline of each."""
    told = Activity.objects.bulk_create(
        Activity(verb=verb, actor=actor, happened_at=now, subject=str(partner), detail=dict(detail))
        for partner, detail in zip(partners, details, strict=True)
    )
    PartnerActivity.objects.bulk_create(
        PartnerActivity(partner=partner, activity=activity) for partner, activity in zip(partners, told, strict=True)
    )
