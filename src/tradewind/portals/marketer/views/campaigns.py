"""Campaigns: the plans that offers belong to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import may, requires, scope
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, Offer
from tradewind.portals.marketer.forms.campaign import CampaignForm
from tradewind.portals.marketer.rights import READERS, WRITERS
from tradewind.portals.marketer.views.records import campaign_named
from tradewind.portals.ui.person import person

if TYPE_CHECKING:
    from tradewind.crm.marketing.models.offer import OfferQuerySet

PAGE = 25
SORTS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "starts": ("start_date", "name"),
    "ends": ("end_date", "name"),
    "offers": ("offer_count", "name"),
}
LATEST_FIRST = ("-start_date", "code")


@requires(*READERS)
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    user, text = person(request), request.GET.get("q", "").strip()
    campaigns = (
        scope(user, Campaign)
        .select_related("type", "objective", "owner")
        .annotate(
            offer_count=Count("offers", distinct=True),
            released_count=Count(
                "offers",
                filter=Q(offers__statuses__status="released", offers__statuses__ended_at__isnull=True),
                distinct=True,
            ),
        )
    )
    for word in text.split():
        campaigns = campaigns.filter(Q(name__icontains=word) | Q(code__icontains=word))
    page = Paginator(campaigns.order_by(*_order(request.GET.get("sort", ""))), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "today": timezone.localdate(), "may_write": may(user, "campaign.change")}
    return render(request, "marketer/campaigns.html", context)


def _order(asked: str) -> tuple[str, ...]:
    if asked.removeprefix("-") not in SORTS:
        return LATEST_FIRST
    first, *others = SORTS[asked.removeprefix("-")]
    return (f"-{first}" if asked.startswith("-") else first, *others)


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_create(request: HttpRequest) -> HttpResponse:
    start: dt.date = timezone.localdate()
    return _form(request, Campaign(owner=person(request), start_date=start))


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _form(request, campaign_named(person(request), code))


def _form(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    name = campaign.name
    form = CampaignForm(request.POST or None, instance=campaign, user=person(request))
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("%(campaign)s is saved.") % {"campaign": saved})
        return redirect("marketer:campaign-edit", saved.code)
    offers = _offers(person(request), campaign) if campaign.pk else []
    context = {"form": form, "campaign": campaign if campaign.pk else None, "name": name, "offers": offers}
    return render(request, "marketer/campaign.html", context, status=422 if form.errors else 200)


def _offers(user: User, campaign: Campaign) -> list[Offer]:
    return list(cast("OfferQuerySet", scope(user, Offer)).with_status().filter(campaign=campaign))
