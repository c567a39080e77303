"""What happened with a record while it was the company's, as entries of the timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Organisation
from tradewind.crm.sales.models import Worked

TOLD = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `tone` is empty for what is neither good nor bad."""

    happened_at: dt.datetime
    title: str
    text: str = ""
    tone: str = ""


def timeline(record: Worked, *, company: Organisation | None, people: Mapping[int, User]) -> list[Entry]:
    links: Any = record.activities.filter(partner=company).select_related("activity")
    return [_entry(record, link.activity, people) for link in links.order_by("-activity__happened_at", "-pk")[:TOLD]]


def _entry(record: Worked, activity: Activity, people: Mapping[int, User]) -> Entry:
    who = _who(activity, people)
    if activity.verb.endswith(".message"):
        return Entry(activity.happened_at, _("Message: %(who)s") % {"who": who}, activity.detail["text"], "accent")
    return Entry(activity.happened_at, told(record, activity), who)


def told(record: Worked, activity: Activity) -> str:
    """What happened, in the words of the timeline."""
    what = activity.verb.partition(".")[2]
    moved = {f"moved.{move.name}": str(move.told) for move in record.MOVES}
    if what == "assigned":
        to = activity.detail.get("to", "")
        return _("Given to %(name)s") % {"name": to} if to else _("Given back: nobody works on it")
    if what == "handed":
        return _("Given to %(name)s") % {"name": activity.detail.get("to", "")}
    words = {
        "created": _("Written down"),
        "changed": pgettext("timeline", "Changed"),
        "converted": _("Became an opportunity"),
        "taken_back": _("Taken back by the brand owner"),
    }
    return (moved | words).get(what, what)


def _who(activity: Activity, people: Mapping[int, User]) -> str:
    if activity.actor_id is None:
        return ""
    return str(people[activity.actor_id]) if activity.actor_id in people else _("the brand owner")
