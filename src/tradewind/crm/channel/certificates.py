"""Asking for a certificate, as the partner or on its behalf."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tradewind.crm.channel.models import Certificate, CertificateRefused, Certification, Holder, Partner
from tradewind.crm.identity.models import User


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
