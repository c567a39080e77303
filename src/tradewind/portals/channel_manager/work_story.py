"""What the page of a record tells the brand owner: facts, and all that ever happened with it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tradewind.crm.orders.models import Order
from tradewind.crm.sales.models import Worked
from tradewind.portals.partner.facts import Fact, own_facts
from tradewind.portals.partner.timeline import Entry, told
from tradewind.portals.ui import figures

TOLD = 60


def story(record: Worked) -> list[Entry]:
    """The latest first, with who it was and for which partner; the brand owner sees what every partner did with it."""
    links: Any = record.activities.select_related("activity__actor", "partner")
    return [_entry(record, link) for link in links.order_by("-activity__happened_at", "-pk")[:TOLD]]


def _entry(record: Worked, link: Any) -> Entry:
    activity, partner = link.activity, link.partner
    who = str(activity.actor or "")
    if activity.verb.endswith(".message"):
        title = _("Message: %(who)s") % {"who": who}
        return Entry(activity.happened_at, title, activity.detail["text"], "accent")
    text = _("%(who)s, while %(partner)s had it") % {"who": who, "partner": partner} if partner and who else who
    return Entry(activity.happened_at, told(record, activity), text)


def facts_of(record: Any) -> list[Fact]:
    """Terms and facts, with all names: the brand owner's people see everybody."""
    found = own_facts(record)
    if isinstance(record, Order):
        found += [
            (_("Cost"), figures.money(record.cost_minor, record.currency)),
            (_("Margin"), figures.money(record.margin_minor, record.currency)),
        ]
    found += [
        (_("Assigned to"), str(record.assigned_to or _("Nobody yet"))),
        (_("Written down by"), f"{record.created_by or '–'} ({record.created_by_company})"),
        (_("Since"), figures.moment(record.created_at)),
    ]
    return [(term, fact or "–") for term, fact in found]
