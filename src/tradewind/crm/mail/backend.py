"""Django's way to send mail, for the demo: every letter becomes a row."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from tradewind.crm.mail.models import KeptMail


class RowsBackend(BaseEmailBackend):
    """`MAILERS["default"]["BACKEND"]` of the demo."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        kept = [_kept(message) for message in email_messages]
        return len(KeptMail.objects.bulk_create(kept))


def _kept(message: EmailMessage) -> KeptMail:
    message.message()  # refuses headers that would break out of their line
    return KeptMail(
        sender=message.from_email,
        recipients=", ".join(message.recipients()),
        subject=str(message.subject),
        body=str(message.body),
    )
