"""Letting the letters of campaigns go: each once, whatever happens to the worker or to the mail server.

A letter is begun in the database before the mail server hears of it. Where the server says no, or cannot be reached,
it has not left and waits. Where the worker or the connection was lost in the middle, nobody knows: it is not sent
again by itself, and the page of the campaign asks a person.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.core.mail import EmailMessage, mailers
from django.utils.encoding import force_str
from django.utils.translation import gettext_noop

from tradewind.crm.channel.campaigns import PARTNER_ENDED, has_ended, reach_of
from tradewind.crm.channel.models import CampaignLetter, LetterState, PartnerCampaign
from tradewind.crm.parties.models import Customer

AT_ONCE: Final = 50
"""Letters a turn: a worker that is asked to stop does so soon."""
MOST_ATTEMPTS: Final = 6
PAUSE: Final = timedelta(seconds=30)
UNREACHABLE: Final = gettext_noop("The mail server cannot be reached.")
INTERRUPTED: Final = gettext_noop("It was interrupted; perhaps it has left.")
UNWILLING: Final = gettext_noop("The customer agrees no longer, or is no longer a customer.")

UNWRITABLE: Final = (smtplib.SMTPNotSupportedError, ValueError)
"""An address or a header that cannot be said to this server."""


def deliver(*, now: datetime, at_most: int = AT_ONCE) -> int:
    """Let letters go that are due; how many changed their state. Those of a lost worker become doubtful first."""
    left = CampaignLetter.objects.left_behind(now=now)
    moved = left.update(state=LetterState.DOUBTFUL, changed_at=now, remark=INTERRUPTED)
    rows = CampaignLetter.objects.due(now=now).select_related("campaign__partner", "campaign__material")
    due = sorted(rows[:at_most], key=lambda letter: (letter.campaign_id, letter.pk))
    if not due:
        return moved
    with _connected(now=now) as mailer:
        for campaign, letters in groupby(due, key=lambda letter: letter.campaign) if mailer else ():
            moved += _deliver_of(campaign, letters, mailer, now)
    return moved


def _deliver_of(campaign: PartnerCampaign, letters: Iterable[CampaignLetter], mailer: Any, now: datetime) -> int:
    """Send what is due of one campaign; nothing leaves in the name of a partner that has ended."""
    if has_ended(campaign.partner):
        due = CampaignLetter.objects.filter(pk__in=[letter.pk for letter in letters])
        return due.drop(now=now, remark=PARTNER_ENDED)
    willing = {one.pk: one for one in reach_of(campaign.partner).customers}
    return sum(_send(letter, campaign, willing.get(letter.customer_id), mailer, now) for letter in letters)


@contextmanager
def _connected(*, now: datetime) -> Iterator[Any]:
    """The way to the mail server; none while it cannot be reached, and then all letters wait."""
    mailer = mailers.default
    try:
        mailer.open()
    except OSError:
        CampaignLetter.objects.due(now=now).order_by().update(due_at=now + PAUSE, remark=UNREACHABLE)
        yield None
        return
    try:
        yield mailer
    finally:
        mailer.close()


def _send(
    letter: CampaignLetter, campaign: PartnerCampaign, customer: Customer | None, mailer: Any, now: datetime
) -> bool:
    """Send one; False where another worker has it, or the mail server is gone before it was begun."""
    if not _is_awake(mailer) or not letter.begin(now=now):
        return False
    if customer is None or customer.person is None:
        letter.become(LetterState.DROPPED, now=now, remark=UNWILLING)
        return True
    subject, body = campaign.letter_to(customer.first_name, customer.language)
    headers = {"Message-ID": letter.message_id}
    try:
        mailer.send_messages([EmailMessage(subject, body, None, [customer.person.email], headers=headers)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, *UNWRITABLE) as refused:
        _refuse(letter, *_answer(refused), now=now)
    except OSError:
        letter.become(LetterState.DOUBTFUL, now=now, remark=INTERRUPTED)
    else:
        letter.become(LetterState.SENT, now=now)
    return True


def _is_awake(mailer: Any) -> bool:
    """Is the server still there? Asked before a letter is begun, so that a server that went away leaves no doubt."""
    connection = getattr(mailer, "connection", None)
    if connection is None or not hasattr(connection, "noop"):
        return True
    try:
        connection.noop()
    except OSError:
        return False
    return True


def _refuse(letter: CampaignLetter, code: int, said: str, *, now: datetime) -> None:
    """The server has answered: for good with 5.., for now with 4.., and then it waits, longer each time."""
    letter.refresh_from_db(fields=["attempts"])
    if 400 <= code < 500 and letter.attempts < MOST_ATTEMPTS:
        letter.wait(now + PAUSE * 2**letter.attempts, now=now, remark=f"{code} {said}")
    else:
        letter.become(LetterState.REFUSED, now=now, remark=f"{code} {said}".strip())


def _answer(refused: Exception) -> tuple[int, str]:
    """The code and the words of the server; a letter that cannot even be written has no code."""
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(refused.recipients.values()))
        return code, force_str(said, errors="replace")
    if isinstance(refused, smtplib.SMTPResponseException):
        return refused.smtp_code, force_str(refused.smtp_error, errors="replace")
    return 500, str(refused)
