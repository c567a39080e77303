"""What is written to people who come in: in their language, sent once the records are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from babel.dates import format_datetime
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tradewind.crm.channel.models import Invitation, Registration

type Link = Callable[[str], str]
"""Makes the address of a page from a token."""


def ask_to_confirm(registration: Registration, *, link: Link) -> None:
    """The link that proves that the address is theirs."""
    with translation.override(registration.language):
        subject = _("Please confirm your registration of %(company)s") % {"company": registration.company}
        body = _(
            "Dear %(name)s,\n\n"
            "thank you for registering %(company)s as a partner. Please open this page and confirm that this is your "
            "address:\n\n%(link)s\n\n"
            "The link is good once, until %(until)s. Did somebody else write this? Then do nothing."
        ) % {
            "name": registration.contact_name,
            "company": registration.company,
            "link": link(registration.token()),
            "until": _moment(registration.link_expires_at),
        }
    send(subject, body, registration.contact_email)


def tell_rejection(registration: Registration, *, reason: str) -> None:
    with translation.override(registration.language):
        subject = _("Your registration of %(company)s") % {"company": registration.company}
        body = _(
            "Dear %(name)s,\n\n"
            "thank you for your interest. We cannot take %(company)s on as a partner now, and this is why:\n\n"
            "%(reason)s"
        ) % {"name": registration.contact_name, "company": registration.company, "reason": reason}
    send(subject, body, registration.contact_email)


def invite_in(invitation: Invitation, *, link: Link) -> None:
    """The link by which a person sets a password."""
    with translation.override(invitation.user.language):
        subject = _("Welcome: your access for %(company)s") % {"company": invitation.partner}
        body = _(
            "Dear %(name)s,\n\n"
            "%(company)s is a partner now, and you may sign in for it. Please open this page and choose a password:"
            "\n\n%(link)s\n\n"
            "The link is good once, until %(until)s."
        ) % {
            "name": invitation.user.name,
            "company": invitation.partner,
            "link": link(invitation.token()),
            "until": _moment(invitation.expires_at),
        }
    send(subject, body, invitation.user.email)


def send(subject: str, body: str, address: str) -> None:
    """Leaves when the records are committed; a mail server that is away loses the letter, not the records."""
    transaction.on_commit(lambda: send_mail(subject, body, None, [address]), robust=True)


def _moment(at: datetime) -> str:
    """The instant in the words of the letter's language."""
    return format_datetime(localtime(at), "d MMMM y, HH:mm", locale=translation.get_language() or "en")
