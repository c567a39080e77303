"""Finding a customer, and the page about one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.catalog.models import OwnedProduct
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Customer
from tradewind.portals.agent.consents import standing_consents
from tradewind.portals.agent.forms import StartForm
from tradewind.portals.agent.records import customer_numbered
from tradewind.portals.agent.rights import DESK
from tradewind.portals.agent.timeline import timeline
from tradewind.portals.ui.person import person

PAGE = 25
RECENT = 8
TOLD = 40


@requires(*DESK)
@require_safe
def customer_search(request: HttpRequest) -> HttpResponse:
    """The home of the desk: whom to talk to, and which conversations are still open."""
    user = person(request)
    text = request.GET.get("q", "").strip()[:200]
    found = scope(user, Customer.objects.with_party().at_the_desk().search(text)).order_by("pk")
    mine = scope(user, Conversation.objects.with_people()).filter(agent=user)
    return render(
        request,
        "agent/customers.html",
        {
            "text": text,
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")) if text else None,
            "open": mine.filter(ended_at=None),
            "recent": mine.filter(ended_at__isnull=False)[:RECENT],
        },
    )


@requires(*DESK)
@require_safe
def customer(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    found = customer_numbered(user, number)
    today = timezone.localdate()
    machines = scope(user, OwnedProduct).filter(customer=found).select_related("product", "store")
    return render(
        request,
        "agent/customer.html",
        {
            "customer": found,
            "consents": standing_consents(found, user=user),
            "machines": [(one, one.in_warranty(today)) for one in machines],
            "months": found.tenure_months(today),
            "running": scope(user, Conversation).filter(customer=found, agent=user, ended_at=None).first(),
            "start": StartForm(user=user),
            "entries": timeline(found, reader=user, limit=TOLD),
        },
    )
