"""The audit: every change of rules, rights, groups and roles, with who, when and why."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires
from tradewind.crm.access.review import changes
from tradewind.portals.administrator.forms.dates import Between
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.wording import reason
from tradewind.portals.ui.export import FORMATS, download, export_url

PAGE = 50


@requires(*ADMINISTRATORS)
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    form = Between(request.GET, now=timezone.now())
    context = {
        "form": form,
        "page": Paginator(changes(*form.days), PAGE).get_page(request.GET.get("page")),
        "csv_url": export_url(request, "administrator:change-export", "csv"),
        "xlsx_url": export_url(request, "administrator:change-export", "xlsx"),
    }
    return render(request, "administrator/changes.html", context, status=422 if form.errors else 200)


@requires(*ADMINISTRATORS)
@require_safe
def change_export(request: HttpRequest, form: str) -> HttpResponse:
    if form not in FORMATS:
        raise Http404
    head = [_("When"), _("Who did it"), _("What"), _("About"), _("Why")]
    found = changes(*Between(request.GET, now=timezone.now()).days)
    rows = ((entry.at, str(entry.actor or ""), entry.what, entry.about, reason(entry.why)) for entry in found)
    return download(form, "changes-of-access", head, rows)
