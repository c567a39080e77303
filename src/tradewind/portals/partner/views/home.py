"""What needs doing now, most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import may, requires, scope
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.orders.models import Order, OrderStatus
from tradewind.crm.sales.models import Lead, LeadStatus, Move
from tradewind.portals.partner.pages import show
from tradewind.portals.partner.rights import MANAGERS, PARTNER
from tradewind.portals.partner.shelves import LEADS, ORDERS, SHELVES, TICKETS, Line, Shelf, Text
from tradewind.portals.ui.person import person

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Records that wait for the same thing."""

    code: str
    title: Text
    nothing: Text
    waits: Sequence[tuple[Line, Sequence[Move]]]
    """With each the steps that the reader may take at once."""
    takes: bool
    """May the reader take them on?"""
    record_view: str
    all_url: str
    more: bool


@requires(*PARTNER)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    user = person(request)
    leads = scope(user, Lead).filter(status__in=Lead.OPEN)
    tickets = scope(user, Ticket).filter(status__in=Ticket.OPEN).select_related(*TICKETS.beside)
    found = [
        waiting(
            LEADS,
            leads.filter(assigned_to=None),
            words=("unowned", _("Leads that nobody works on"), _("Every open lead has somebody who works on it.")),
            query="state=active&owner=nobody",
            takes=may(user, "lead.assign"),
        ),
        waiting(
            LEADS,
            leads.filter(assigned_to=user),
            words=("mine", _("My open leads"), _("You have no open lead.")),
            query="state=active&owner=me",
            steps=("accept", "decline", "begin"),
        ),
        waiting(
            TICKETS,
            tickets.filter(Q(assigned_to=user) | Q(assigned_to=None)),
            words=("tickets", _("Open tickets, yours and nobody's"), _("No ticket waits for you.")),
            query="state=active",
        ),
        waiting(
            ORDERS,
            scope(user, Order).filter(status=OrderStatus.PLACED).select_related(*ORDERS.beside),
            words=("orders", _("Orders that await confirmation"), _("No order waits.")),
            query=f"state={OrderStatus.PLACED}",
            steps=("confirm",) if user.has_role(*MANAGERS) else (),
        ),
    ]
    new = [
        (str(shelf.words.new), reverse(f"partner:{shelf.name}-create"))
        for shelf in SHELVES
        if may(user, f"{shelf.name}.create")
    ]
    offered = sum(line.state == str(LeadStatus.DISPATCHED.label) for group in found[:2] for line, _steps in group.waits)
    return show(request, "partner/today.html", {"name": greeted(user), "groups": found, "new": new, "offered": offered})


def waiting(
    shelf: Shelf,
    rows: QuerySet[Any],
    *,
    words: tuple[str, Text, Text],
    query: str,
    takes: bool = False,
    steps: Collection[str] = (),
) -> Group:
    """The first few, oldest first, with the way to all of them."""
    records = list(rows.order_by("created_at", "pk")[: SHOWN + 1])
    return Group(
        code=words[0],
        title=words[1],
        nothing=words[2],
        waits=[
            (shelf.line(record, ""), [move for move in record.moves() if move.name in steps])
            for record in records[:SHOWN]
        ],
        takes=takes,
        record_view=f"partner:{shelf.name}",
        all_url=f"{reverse(f'partner:{shelf.name}-list')}?{query}",
        more=len(records) > SHOWN,
    )


def greeted(user: User) -> str:
    """The first name, as colleagues say it."""
    return user.name.split(maxsplit=1)[0] if user.name else user.email
