"""Bringing in a file of partners: what would become of each row stands here before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.bulk.columns import LABELS
from tradewind.crm.channel.models import ImportRefused, Outcome, PartnerImport
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.forms.imports import ImportForm
from tradewind.portals.channel_manager.rights import MANAGERS
from tradewind.portals.ui.export import FORMATS, Row, download
from tradewind.portals.ui.person import person

RUNS, LINES = 20, 50


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """The files that were brought in, and the form for the next."""
    user = person(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = PartnerImport(file_name=file.name, content=file.read(), uploaded_at=timezone.now(), uploaded_by=user)
        run.save()
        return redirect("channel:import", run.uuid)
    runs = scope(user, PartnerImport).select_related("uploaded_by").defer("content")
    page = Paginator(runs, RUNS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "labels": LABELS.values()}
    return render(request, "channel_manager/imports.html", context, status=422 if form.errors else 200)


@requires(*MANAGERS)
@require_safe
def run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was found; by htmx only how far it is, until there is something to read."""
    found = _run(person(request), uuid)
    if found.is_under_way and request.headers.get("HX-Request") == "true":
        return render(request, "channel_manager/_import_progress.html", {"run": found})
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    counts = found.counts()
    asked = request.GET.get("outcome") or (Outcome.WRONG if counts[Outcome.WRONG] else "")
    lines = found.lines.filter(outcome=asked) if asked in Outcome.values else found.lines.all()
    context = {
        "run": found,
        "shares": [(outcome, counts[outcome]) for outcome in Outcome],
        "total": sum(counts.values()),
        "wrong": counts[Outcome.WRONG],
        "to_write": counts[Outcome.NEW] + counts[Outcome.CHANGED],
        "asked": asked,
        "page": Paginator(lines.order_by("number"), LINES).get_page(request.GET.get("page")),
    }
    return render(request, "channel_manager/import.html", context)


@requires(*MANAGERS)
@require_POST
def confirmation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    found = _run(user, uuid)
    try:
        found.confirm(actor=user, now=timezone.now())
    except ImportRefused as refused:
        messages.error(request, str(refused))
    return redirect("channel:import", found.uuid)


@requires(*MANAGERS)
@require_safe
def report(request: HttpRequest, uuid: UUID, form: str) -> HttpResponse:
    """Every row with what was found, to be put right in the file."""
    if form not in FORMATS:
        raise Http404
    found = _run(person(request), uuid)
    return download(form, "report", [_("Row"), _("Outcome"), _("Partner"), _("Remark")], _rows(found))


def _rows(found: PartnerImport) -> Iterator[Row]:
    for line in found.lines.order_by("number").iterator(chunk_size=2_000):
        yield line.number, line.get_outcome_display(), line.company, line.said


def _run(user: User, uuid: UUID) -> PartnerImport:
    return get_object_or_404(scope(user, PartnerImport).select_related("uploaded_by").defer("content"), uuid=uuid)
