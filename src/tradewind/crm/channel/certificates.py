"""Asking for a certificate, as the partner or on its behalf, and how certificates stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tradewind.crm.channel.models import Certificate, CertificateRefused, Certification, Holder, Partner
from tradewind.crm.identity.models import User

RENEWED_WITHIN: Final = timedelta(days=60)
"""So long before a certificate expires its renewal is asked for."""


@transaction.atomic
def ask(
    *, partner: Partner, certification: Certification, person: User | None, actor: User, now: datetime
) -> Certificate:
    """Ask the brand owner to certify the company, or somebody who works for it.

    Raises:
        CertificateRefused: of another kind of holder, of somebody who does not work there, or asked for already.
    """
    if (certification.holder == Holder.PERSON) != (person is not None):
        said = gettext("Say who is to be certified.") if person is None else gettext("This is for companies.")
        raise CertificateRefused(said)
    if person and not partner.organisation.memberships.current().filter(user=person).exists():
        raise CertificateRefused(gettext("%(person)s does not work there.") % {"person": person})
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                partner=partner, certification=certification, person=person, asked_at=now, asked_by=actor
            )
    except IntegrityError as twice:
        raise CertificateRefused(gettext("This is asked for already.")) from twice
    partner.note("certificate.asked", actor=actor, now=now, what=str(certificate))
    return certificate


@dataclass(slots=True)
class Held:
    """What a company or one of its people has of one kind of certificate."""

    certification: Certification
    person: User | None
    is_here: bool
    """The company itself, or somebody who still works for it."""
    granted: Certificate | None = None
    """The one that is good longest."""
    waiting: Certificate | None = None
    refused: Certificate | None = None
    """The answer given last, where it was a no."""

    def is_valid(self, *, on_date: date) -> bool:
        return self.granted is not None and self.granted.is_valid(on_date=on_date)

    def ends_soon(self, *, on_date: date) -> bool:
        """Good no longer, or only for a while."""
        expires = self.granted.expires_date if self.granted else None
        return expires is not None and expires <= on_date + RENEWED_WITHIN

    def may_be_asked_again(self, *, on_date: date) -> bool:
        """Is a renewal due, or may it be tried once more?"""
        return self.is_here and self.waiting is None and (self.granted is None or self.ends_soon(on_date=on_date))


def held_by(partner: Partner) -> Sequence[Held]:
    """One for each kind of certificate of the company and of each person, those of the company first."""
    here = set(partner.organisation.memberships.current().values_list("user", flat=True))
    found: dict[tuple[int, int | None], Held] = {}
    for row in partner.certificates.select_related("certification", "person", "asked_by").order_by("asked_at", "pk"):
        key = row.certification_id, row.person_id
        held = found.setdefault(
            key, Held(row.certification, row.person, row.person_id is None or row.person_id in here)
        )
        _take_in(held, row)
    return sorted(found.values(), key=_place)


def _take_in(held: Held, row: Certificate) -> None:
    """Let a later certificate of the same kind and holder count."""
    if row.decided_at is None:
        held.waiting = row
    elif row.expires_date is None:
        held.refused = row
    else:
        held.refused = None
        best = held.granted.expires_date if held.granted else None
        held.granted = row if best is None or row.expires_date >= best else held.granted


def _place(held: Held) -> tuple[bool, bool, str, str]:
    return not held.is_here, held.person is not None, str(held.person or ""), str(held.certification)
