"""The company's end customers: searched by those who buy and sell, found by exact number by everybody else."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import ActionGroup, may, requires, scope
from tradewind.crm.care.models import Ticket
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import Customer
from tradewind.crm.parties.selling import may_search_customers
from tradewind.crm.parties.sharing import serve_no_longer, share
from tradewind.portals.partner.customer_forms import CustomerForm
from tradewind.portals.partner.pages import company_of, see_other, show
from tradewind.portals.partner.rights import MANAGERS, PARTNER
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
    return show(
        request,
        "partner/customers.html",
        {"text": text, "searches": searches, "page": page, "new": may(user, "customer.create")},
    )


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_create(request: HttpRequest) -> HttpResponse:
    """Bring somebody in whom the company knows; the brand owner knows them from then on, too."""
    user = person(request)
    company = company_of(user)
    if company is None or not may(user, "customer.create"):
        raise Http404
    form = CustomerForm(request.POST or None, initial={"language": user.language})
    if request.method == "POST" and request.POST.get("for_company") != str(company.pk):
        messages.warning(request, _("This form was opened for another company. Nothing was written down."))
        return see_other("partner:customer-list")
    if request.method == "POST" and form.is_valid():
        new = share(
            party=form.party(),
            partner=company,
            wants_letters=form.cleaned_data["wants_letters"],
            actor=user,
            now=timezone.now(),
        )
        messages.success(request, _("%(customer)s is your customer now.") % {"customer": new})
        return see_other("partner:customer", new.number)
    return show(request, "partner/customer_new.html", {"form": form})


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_end(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    company = company_of(user)
    found = get_object_or_404(scope(user, Customer.objects.with_party(), ActionGroup.WRITE), number=number)
    if request.method == "POST" and company is not None:
        if serve_no_longer(found, partner=company, now=timezone.now()):
            messages.success(request, _("%(customer)s is your customer no longer.") % {"customer": found})
        return see_other("partner:customer-list")
    context = {
        "title": _("Serve %(customer)s no longer?") % {"customer": found},
        "text": _("The customer stays with the brand owner; your company does not see them any more."),
        "action": reverse("partner:customer-end", args=[number]),
        "action_label": _("Serve no longer"),
        "keep_url": reverse("partner:customer", args=[number]),
        "keep_label": _("Back"),
    }
    return show(request, "partner/delete.html", context)


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
            "may_end": user.has_role(*MANAGERS),
            "tickets": [TICKETS.line(one, "") for one in tickets],
        },
    )
