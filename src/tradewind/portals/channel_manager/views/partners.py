"""The list of partners and its exports."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import ActionGroup, requires
from tradewind.crm.channel.models import Status
from tradewind.portals.channel_manager.forms.partners import PartnerFilters
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*READERS)
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filters = PartnerFilters(request.GET, user=user)
    page = Paginator(filters.partners(), PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "may_write": user.has_role(*MANAGERS),
        "csv_url": export_url(request, "channel:partner-export", "csv"),
        "xlsx_url": export_url(request, "channel:partner-export", "xlsx"),
    }
    return render(request, "channel_manager/partners.html", context)


@requires(*READERS)
@require_safe
def partner_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same partners as the list with the same address, all pages of it, as far as they may be exported."""
    if form not in FORMATS:
        raise Http404
    filters = PartnerFilters(request.GET, user=person(request), action=ActionGroup.EXPORT)
    head = [
        _("Partner"),
        _("VAT id or CUI"),
        _("Status"),
        _("Since"),
        _("Type"),
        _("Programme"),
        _("City"),
        _("Postcode"),
        _("Phone"),
        _("Website"),
        _("Looked after by"),
    ]
    return download(form, "partners", head, _rows(filters))


def _rows(filters: PartnerFilters) -> Iterator[Row]:
    for one in filters.partners().iterator(chunk_size=500):
        yield (
            str(one),
            one.vat_id,
            str(Status(one.status_now).label) if one.status_now else "",
            one.status_since,
            str(one.type or ""),
            str(one.programme or ""),
            one.organisation.city,
            one.organisation.postcode,
            one.phone,
            one.website,
            str(one.looked_after_by or ""),
        )
