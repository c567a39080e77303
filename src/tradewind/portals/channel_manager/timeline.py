"""What happened with a partner, as entries of the timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.models import Partner, Status, Step

TONES: Final = {Status.ACTIVE: "accent", Status.SUSPENDED: "bad", Status.ENDED: "bad"}
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `tone` is empty for what is neither good nor bad."""

    happened_at: dt.datetime
    title: str
    text: str = ""
    tone: str = ""


WORDINGS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "partner.status": lambda said: str(Status(said["status"]).label),
    "partner.step_done": lambda said: _("Done: %(step)s") % {"step": Step(said["step"]).label},
    "partner.step_undone": lambda said: _("Open again: %(step)s") % {"step": Step(said["step"]).label},
    "partner.invited": lambda said: _("%(person)s was invited") % {"person": said["who"]},
    "partner.joined": lambda said: _("Used the invitation"),
    "partner.changed": lambda said: _("Changed: %(fields)s") % {"fields": ", ".join(said["fields"])},
    "certificate.asked": lambda said: _("Asked for: %(what)s") % said,
    "certificate.granted": lambda said: _("Granted: %(what)s") % said,
    "certificate.refused": lambda said: _("Refused: %(what)s") % said,
    "authorisation.given": lambda said: _("May sell %(what)s") % said,
    "authorisation.ended": lambda said: _("May sell %(what)s no longer") % said,
    "contract.added": lambda said: _("Contract written down: %(what)s") % said,
    "contract.filed": lambda said: _("Version %(version)s kept of %(what)s") % said,
    "territory.given": lambda said: _("Works the territory %(what)s") % said,
    "territory.taken": lambda said: _("Works the territory %(what)s no longer") % said,
    "store.changed": lambda said: (
        _("Entry of the store locator changed: %(fields)s") % {"fields": ", ".join(said["fields"])}
    ),
    "store.published": lambda said: _("Appears in the store locator"),
    "store.withdrawn": lambda said: _("Appears in the store locator no longer"),
    "structure.placed": lambda said: (
        _("Belongs to %(what)s") % said if said["what"] else _("Is the head of its own group")
    ),
    "supply.began": lambda said: _("Supplies %(what)s") % said,
    "supply.ended": lambda said: _("Supplies %(what)s no longer") % said,
    "goal.added": lambda said: _("Goal agreed: %(what)s") % said,
    "goal.removed": lambda said: _("Goal removed: %(what)s") % said,
}
"""What each verb of a partner's activities says, from its details."""


def timeline(partner: Partner) -> list[Entry]:
    """The latest first; of a partner that the reader may see."""
    rows = partner.activities.select_related("activity__actor")[:SHOWN]
    return [_entry(row.activity) for row in rows]


def _entry(activity: Activity) -> Entry:
    status = activity.detail.get("status", "")
    who = str(activity.actor) if activity.actor else _("the company itself")
    said = activity.detail.get("why", "")
    text = _("%(who)s: “%(said)s”") % {"who": who, "said": said} if said else who
    return Entry(activity.happened_at, _told(activity), text, TONES.get(status, ""))


def _told(activity: Activity) -> str:
    wording = WORDINGS.get(activity.verb)
    return wording(activity.detail) if wording else activity.verb
