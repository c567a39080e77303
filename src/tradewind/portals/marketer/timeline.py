"""What happened to an offer: its statuses and stops, and the saves of its fields and what hangs on it, latest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tradewind.crm.marketing.models import Offer, Status
from tradewind.portals.marketer.changes import CHANGED, Change, own_changes, told

SAVES_SHOWN = 50
TONES: dict[str, str] = {Status.RELEASED: "accent", Status.CLOSED: "bad"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; `changes` say what was not the same afterwards."""

    happened_at: dt.datetime
    title: str
    text: str = ""
    tone: str = ""
    changes: Sequence[Change] = ()


def timeline(offer: Offer) -> list[Entry]:
    found = [*_statuses(offer), *_stops(offer), *_saves(offer)]
    return sorted(found, key=lambda entry: entry.happened_at, reverse=True)


def changes_since(offer: Offer, version: str) -> list[Entry]:
    """What was saved after the state that `version` names."""
    if not version.isdigit():
        return []
    read = offer.history.filter(history_id=int(version)).values_list("history_date", flat=True).first()
    return [entry for entry in _saves(offer) if read is not None and entry.happened_at > read][::-1]


def _statuses(offer: Offer) -> Iterator[Entry]:
    for row in offer.statuses.select_related("started_by"):
        by = str(row.started_by)
        yield Entry(
            row.started_at,
            str(row.get_status_display()),
            _("%(person)s: “%(note)s”") % {"person": by, "note": row.note} if row.note else by,
            TONES.get(row.status, ""),
        )


def _stops(offer: Offer) -> Iterator[Entry]:
    for stop in offer.stops.select_related("started_by", "ended_by"):
        by = _who(stop.started_by)
        text = _("%(person)s: “%(note)s”") % {"person": by, "note": stop.note} if stop.note else by
        yield Entry(stop.started_at, _("Stopped in an emergency"), text, "bad")
        if stop.ended_at is not None:
            yield Entry(stop.ended_at, _("Stop lifted"), _who(stop.ended_by), "accent")


def _saves(offer: Offer) -> Iterator[Entry]:
    """One entry for each save that changed something; own fields and what hangs on the offer come together."""
    around = _around(offer)
    previous: Any = None
    for record in _records(offer):
        changes = [
            *(own_changes(record, previous) if previous is not None else ()),
            *around.pop(record.history_date, ()),
        ]
        if previous is not None and changes:
            yield Entry(record.history_date, _("Changed"), _who(record.history_user), changes=changes)
        previous = record


def _records(offer: Offer) -> list[Any]:
    latest = offer.history.select_related("history_user").order_by("-history_id")[:SAVES_SHOWN]
    return list(latest)[::-1]


def _around(offer: Offer) -> dict[dt.datetime, list[Change]]:
    rows = offer.activities.filter(activity__verb=CHANGED).select_related("activity")
    return {row.activity.happened_at: list(told(row.activity.detail.get("changes", []))) for row in rows}


def _who(person: object) -> str:
    return str(person) if person else _("The system")
