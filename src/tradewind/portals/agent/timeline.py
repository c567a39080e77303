"""What happened with a customer, as entries of the timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions.models import Answer
from tradewind.crm.identity.models import User
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.interactions.queries import customer_timeline
from tradewind.crm.parties.models import Customer
from tradewind.crm.toolkit.models import Outcome
from tradewind.portals.agent.consents import GIVEN, LABELS, WITHDRAWN

TONES: Final = {"good": "accent", "bad": "bad"}
"""The timeline marks with these what a badge says in its own tone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `tone` is empty for what is neither good nor bad."""

    happened_at: dt.datetime
    title: str
    text: str = ""
    tone: str = ""


def timeline(customer: Customer, *, reader: User, limit: int) -> list[Entry]:
    found: list[Entry] = []
    for moment in customer_timeline(customer, limit=limit):
        if moment.conversation is not None:
            found.append(_conversation(moment.conversation, reader))
        elif moment.answer is not None:
            found.append(_answer(moment.answer, reader))
        elif moment.activity is not None:
            found.append(_activity(moment.activity, reader))
    return found


def outcome_tone(outcome: Outcome) -> str:
    """Good for what earns the whole reward, bad for a plain no."""
    if outcome.reward >= 1:
        return "good"
    return "bad" if outcome.name == "rejected" else ""


def _conversation(conversation: Conversation, reader: User) -> Entry:
    about = str(conversation.reason) if conversation.reason else ""
    channel = conversation.get_channel_display()
    title = _("%(channel)s: %(reason)s") % {"channel": channel, "reason": about} if about else channel
    parts = [_who(conversation.agent, reader)]
    if conversation.is_open:
        parts.append(_("still open"))
    elif conversation.wrap_up:
        parts.append(str(conversation.wrap_up))
    return Entry(conversation.started_at, title, _joined(parts), "accent" if conversation.is_open else "")


def _answer(answer: Answer, reader: User) -> Entry:
    offered = answer.decided_offer
    return Entry(
        answer.answered_at,
        _("%(said)s: %(about)s") % {"said": answer.outcome, "about": offered.title or offered.offer.title},
        _joined([_who(answer.answered_by, reader), answer.note]),
        TONES.get(outcome_tone(answer.outcome), ""),
    )


def _activity(activity: Activity, reader: User) -> Entry:
    return Entry(activity.happened_at, _told(activity), _who(activity.actor, reader))


def _told(activity: Activity) -> str:
    if activity.verb in (GIVEN, WITHDRAWN):
        asked = activity.detail.get("purpose", ""), activity.detail.get("channel", "")
        about = LABELS.get(asked, _("Consent"))
        said = _("agreed") if activity.verb == GIVEN else _("declined")
        return _("%(asked)s: %(said)s") % {"asked": about, "said": said}
    return _("Became a customer") if activity.verb == "customer.enrolled" else activity.verb


def _who(person: User | None, reader: User) -> str:
    if person is None:
        return ""
    return _("You") if person == reader else str(person)


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)
