"""The one reading of letters that asks for no right: the demo has nobody to protect."""

from __future__ import annotations

from django.conf import settings

from tradewind.crm.mail.models import KeptMail, KeptMailQuerySet


def letters_of_the_demo() -> KeptMailQuerySet:
    """Every letter, the latest first; none outside the demo."""
    letters: KeptMailQuerySet = KeptMail.objects.latest_first()
    return letters if settings.DEMO else letters.none()
