"""The list of offers and its exports."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from tradewind.crm.access import may, requires
from tradewind.crm.marketing.models import Status
from tradewind.portals.marketer.acceptance import acceptance, rail
from tradewind.portals.marketer.forms.filters import OfferFilters
from tradewind.portals.marketer.rights import READERS
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*READERS)
@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filters = OfferFilters(request.GET, user=user)
    page = Paginator(filters.offers(), PAGE).get_page(request.GET.get("page"))
    known = acceptance(page.object_list, user=user, now=timezone.now())
    return render(
        request,
        "marketer/offers.html",
        {
            "filters": filters,
            "page": page,
            "rail": rail(known.values()),
            "rows": [(offer, known.get(offer.pk)) for offer in page],
            "may_write": may(user, "offer.change"),
            "csv_url": export_url(request, "marketer:offer-export", "csv"),
            "xlsx_url": export_url(request, "marketer:offer-export", "xlsx"),
        },
    )


@requires(*READERS)
@require_safe
def offer_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same offers as the list with the same address, all pages of it."""
    if form not in FORMATS:
        raise Http404
    filters = OfferFilters(request.GET, user=person(request))
    head = [
        _("Code"),
        _("Title"),
        _("Campaign"),
        _("Status"),
        _("Status since"),
        _("Stopped since"),
        _("Group"),
        pgettext("display option", "Shown"),
        _("Priority"),
        _("Where it may be shown"),
        _("Planned from"),
        _("Until"),
        _("Value"),
        _("Cost"),
        _("Weight"),
        _("Offer again after (days)"),
    ]
    return download(form, "offers", head, _export_rows(filters))


def _export_rows(filters: OfferFilters) -> Iterator[Row]:
    for offer in filters.offers().iterator(chunk_size=500):
        yield (
            offer.code,
            offer.title,
            str(offer.campaign),
            str(Status(offer.status).label),
            getattr(offer, "status_since", None),
            getattr(offer, "stopped_at", None),
            str(offer.group),
            offer.get_display_display(),
            offer.priority,
            ", ".join(str(placement) for placement in offer.placements.all()),
            offer.starts_at,
            offer.ends_at,
            offer.value,
            offer.cost,
            offer.weight,
            offer.reoffer_after_days,
        )
