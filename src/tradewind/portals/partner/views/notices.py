"""What the brand owner tells this company, with documents to take away."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import Notice
from tradewind.portals.partner.pages import show
from tradewind.portals.partner.rights import PARTNER
from tradewind.portals.ui.person import person
from tradewind.portals.ui.uploads import hand_out

PAGE = 20


@requires(*PARTNER)
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    rows = scope(person(request), Notice.objects.latest_first()).select_related("file")
    return show(request, "partner/notices.html", {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))})


@requires(*PARTNER)
@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    notice = get_object_or_404(scope(person(request), Notice).select_related("file"), pk=pk)
    if notice.file is None:
        raise Http404
    return hand_out(notice.file)
