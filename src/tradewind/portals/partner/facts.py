"""What the page of a record says about it, and the records that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tradewind.crm.access import scope
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import Customer
from tradewind.crm.sales.models import Lead, Opportunity, Worked
from tradewind.portals.ui import figures

type Fact = tuple[str, Any]
MOST = 10


@dataclass(frozen=True, slots=True)
class Related:
    """Another record, one click away."""

    kind: str
    title: str
    url: str
    state: str


def facts_of(record: Worked, people: Mapping[int, User]) -> list[Fact]:
    """Terms and facts; of people only those whom the reader may see."""
    found = own_facts(record)
    found += [
        (_("Assigned to"), _named(record.assigned_to_id, people, nobody=_("Nobody yet"))),
        (_("Written down by"), _named(record.created_by_id, people, nobody="–")),
        (_("Since"), figures.moment(record.created_at)),
    ]
    return [(term, fact or "–") for term, fact in found]


def own_facts(record: Worked) -> list[Fact]:
    """What the record says of itself; of no person of the company."""
    found: list[Fact] = []
    match record:
        case Lead():
            found += [
                (_("Contact"), record.contact_name),
                (_("E-mail address"), record.email),
                (_("Phone"), record.phone),
                (_("Postcode"), record.postcode),
                (_("Worth"), figures.money(record.value_minor, record.currency)),
            ]
        case Opportunity():
            expected = figures.day(record.expected_date, year=True) if record.expected_date else ""
            found += [(_("Expected on"), expected), (_("Worth"), figures.money(record.value_minor, record.currency))]
        case Order():
            found += [
                (_("Kind"), record.get_kind_display()),
                (_("Customer"), str(record.customer or "")),
                (_("Total"), figures.money(record.total_minor, record.currency)),
            ]
        case Ticket():
            found += [(_("Number"), record.number), (_("Customer"), str(record.customer or ""))]
    return found


def related_to(record: Worked, reader: User, *, portal: str = "partner") -> list[Related]:
    """What belongs to the record, as far as the reader may see it; its pages are in one portal."""
    match record:
        case Lead():
            return _related(scope(reader, Opportunity).filter(lead=record), _("Opportunity"), portal)
        case Opportunity():
            return _related(scope(reader, Lead).filter(opportunities=record), _("Lead"), portal)
        case Order(customer=Customer() as customer):
            return _related(scope(reader, Ticket).filter(customer=customer), _("Ticket"), portal)
        case Ticket(customer=Customer() as customer):
            return _related(scope(reader, Order).filter(customer=customer), _("Order"), portal)
    return []


def _related(rows: Any, kind: str, portal: str) -> list[Related]:
    return [
        Related(kind, str(row), reverse(f"{portal}:{row._meta.model_name}", args=[row.pk]), row.state_label)
        for row in rows.order_by("-created_at", "-pk")[:MOST]
    ]


def _named(pk: int | None, people: Mapping[int, User], *, nobody: str) -> str:
    if pk is None:
        return nobody
    return str(people[pk]) if pk in people else _("somebody outside the company")
