"""One shelf a kind of record: its form, its columns, what is found by which words, and how it speaks of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.care.models import Ticket, TicketStatus
from tradewind.crm.orders.models import Order, OrderStatus
from tradewind.crm.sales.models import Lead, LeadStatus, Opportunity, Stage, Worked
from tradewind.portals.partner.forms import LeadForm, OpportunityForm, OrderForm, TicketForm, WorkForm

type Text = str | Promise

TONES: Final[Mapping[str, str]] = {
    LeadStatus.DISPATCHED: "warn",
    LeadStatus.ACCEPTED: "accent",
    LeadStatus.IN_WORK: "accent",
    LeadStatus.CONVERTED: "good",
    Stage.QUOTED: "accent",
    Stage.WON: "good",
    OrderStatus.PLACED: "warn",
    OrderStatus.CONFIRMED: "accent",
    OrderStatus.DELIVERED: "good",
    TicketStatus.OPEN: "warn",
    TicketStatus.WAITING: "accent",
    TicketStatus.SOLVED: "good",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a list."""

    pk: int
    title: str
    sub: str
    about: Any
    minor: int | None
    currency: str
    state: str
    tone: str
    with_whom: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages of a shelf say, in whole sentences."""

    title: Text
    one: Text
    new: Text
    find: Text
    about: Text
    """Head of the column between name and amount."""
    minor: Text
    """Head of the column of amounts; empty where there are none."""
    empty: Text
    empty_text: Text
    no_fit: Text
    created: Text
    kept: Text
    deleted: Text
    question: Text


@dataclass(frozen=True, slots=True)
class Shelf:
    slug: str
    model: type[Worked]
    form: type[WorkForm]
    words: Words
    sorts: Mapping[str, str]
    beside: Sequence[str]
    """Keys that a list reads in the same query."""
    find: Callable[[QuerySet[Any], str], QuerySet[Any]]
    describe: Callable[[Any], tuple[str, str, Any, int | None]]
    """Title, line below it, what stands beside it, amount."""

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def states(self) -> Sequence[tuple[Any, Any]]:
        field = self.model._meta.get_field(self.model.STATE)
        return list(getattr(field, "choices", None) or ())

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what a line says of others."""
        return rows.select_related(*self.beside) if self.beside else rows

    def line(self, record: Worked, with_whom: str) -> Line:
        title, sub, about, minor = self.describe(record)
        return Line(
            pk=record.pk,
            title=title,
            sub=sub,
            about=about,
            minor=minor,
            currency=str(getattr(record, "currency", "")),
            state=record.state_label,
            tone=TONES.get(record.state, ""),
            with_whom=with_whom,
            created_at=record.created_at,
        )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _customer(record: Order | Ticket) -> str:
    return record.customer.name if record.customer else ""


LEADS: Final = Shelf(
    slug="leads",
    model=Lead,
    form=LeadForm,
    words=Words(
        title=_("Leads"),
        one=_("Lead"),
        new=_("New lead"),
        find=_("Company begins with"),
        about=_("Area"),
        minor=_("Worth"),
        empty=_("No lead yet"),
        empty_text=_("Leads of the brand owner arrive here; write down the ones you find yourself."),
        no_fit=_("No lead fits"),
        created=_("The lead is written down."),
        kept=_("The lead is kept."),
        deleted=_("The lead is deleted."),
        question=_("Delete this lead?"),
    ),
    sorts={"name": "search_key", "amount": "value_minor", "state": "status", "created": "created_at"},
    beside=(),
    find=lambda rows, text: rows.search(text),  # type: ignore[attr-defined]
    describe=lambda lead: (lead.company, _joined(lead.contact_name, lead.postcode), lead.area, lead.value_minor),
)
OPPORTUNITIES: Final = Shelf(
    slug="opportunities",
    model=Opportunity,
    form=OpportunityForm,
    words=Words(
        title=_("Opportunities"),
        one=_("Opportunity"),
        new=_("New opportunity"),
        find=_("Words of the title"),
        about=_("Expected on"),
        minor=_("Worth"),
        empty=_("No opportunity yet"),
        empty_text=_("A lead becomes an opportunity once a sale is in sight."),
        no_fit=_("No opportunity fits"),
        created=_("The opportunity is written down."),
        kept=_("The opportunity is kept."),
        deleted=_("The opportunity is deleted."),
        question=_("Delete this opportunity?"),
    ),
    sorts={
        "name": "title",
        "about": "expected_date",
        "amount": "value_minor",
        "state": "stage",
        "created": "created_at",
    },
    beside=(),
    find=lambda rows, text: rows.filter(title__icontains=text),
    describe=lambda one: (one.title, "", one.expected_date, one.value_minor),
)
ORDERS: Final = Shelf(
    slug="orders",
    model=Order,
    form=OrderForm,
    words=Words(
        title=_("Orders"),
        one=_("Order"),
        new=_("New order"),
        find=_("Number begins with"),
        about=_("Kind"),
        minor=_("Total"),
        empty=_("No order yet"),
        empty_text=_("Order for your own stock, or on behalf of a customer."),
        no_fit=_("No order fits"),
        created=_("The order is placed."),
        kept=_("The order is kept."),
        deleted=_("The order is deleted."),
        question=_("Delete this order?"),
    ),
    sorts={"name": "number", "about": "kind", "amount": "total_minor", "state": "status", "created": "created_at"},
    beside=("customer__person", "customer__organisation"),
    find=lambda rows, text: rows.filter(number__istartswith=text),
    describe=lambda order: (order.number, _customer(order), order.get_kind_display(), order.total_minor),
)
TICKETS: Final = Shelf(
    slug="tickets",
    model=Ticket,
    form=TicketForm,
    words=Words(
        title=pgettext_lazy("tickets", "Service"),
        one=_("Ticket"),
        new=_("New ticket"),
        find=_("Number or words of the subject"),
        about=_("Customer"),
        minor="",
        empty=_("No ticket yet"),
        empty_text=_("Write down what a customer reports, or what you need from the brand owner."),
        no_fit=_("No ticket fits"),
        created=_("The ticket is written down."),
        kept=_("The ticket is kept."),
        deleted=_("The ticket is deleted."),
        question=_("Delete this ticket?"),
    ),
    sorts={"name": "number", "state": "status", "created": "created_at"},
    beside=("customer__person", "customer__organisation"),
    find=lambda rows, text: rows.filter(Q(number__istartswith=text) | Q(subject__icontains=text)),
    describe=lambda ticket: (ticket.subject, ticket.number, _customer(ticket), None),
)
SHELVES: Final = (LEADS, OPPORTUNITIES, ORDERS, TICKETS)
