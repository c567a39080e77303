"""The company's end customers: searched by those who buy and sell, found by exact number by everybody else."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.care.models import Ticket
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import Customer
from tradewind.crm.parties.selling import may_search_customers
from tradewind.portals.partner.pages import show
from tradewind.portals.partner.rights import PARTNER
from tradewind.portals.partner.shelves import ORDERS, TICKETS
from tradewind.portals.ui.person import person

PAGE = 25
RECENT = 10


@requires(*PARTNER)
@require_safe
def customer_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    text = request.GET.get("q", "").strip()[:200]
    searches = may_search_customers(user)
    if searches and text:
        rows = scope(user, Customer.objects.with_party().search(text))
    else:
        rows = scope(user, Customer.objects.with_party())
    if not searches:
        rows = rows.filter(number__iexact=text)
    page = Paginator(rows.order_by("pk"), PAGE).get_page(request.GET.get("page"))
    return show(request, "partner/customers.html", {"text": text, "searches": searches, "page": page})


@requires(*PARTNER)
@require_safe
def customer(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    found = get_object_or_404(scope(user, Customer.objects.with_party()), number=number)
    orders = scope(user, Order).filter(customer=found).order_by("-created_at", "-pk")[:RECENT]
    tickets = scope(user, Ticket).filter(customer=found).order_by("-created_at", "-pk")[:RECENT]
    return show(
        request,
        "partner/customer.html",
        {
            "customer": found,
            "orders": [ORDERS.line(one, "") for one in orders],
            "tickets": [TICKETS.line(one, "") for one in tickets],
        },
    )
