"""Letters of the portal by e-mail, in the language of whoever gets them."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from tradewind.crm.parties.models import Invitation

log = logging.getLogger("tradewind.partner")


def send_invitation(invitation: Invitation, *, link: str) -> bool:
    """Send the link to set a password; False where the mail could not be handed over."""
    user = invitation.membership.user
    with translation.override(user.language):
        text = render_to_string(
            "partner/letters/invitation.txt", {"invitation": invitation, "user": user, "link": link}
        )
        subject = gettext("Your account at %(company)s") % {"company": invitation.membership.organisation}
    try:
        send_mail(subject, text, None, [user.email])
    except (SMTPException, OSError) as fault:
        log.warning("the invitation of user %s was not handed over: %s", user.pk, fault)
        return False
    return True
