"""Access rights: the list with its exports, giving one, ending one."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import requires
from tradewind.crm.access.lockout import LockedOutError
from tradewind.crm.access.operations import end_right
from tradewind.crm.access.what_if import Change, Effect, what_if
from tradewind.portals.administrator.forms.filters import RightFilters
from tradewind.portals.administrator.forms.right import EndForm, RightForm
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.views.records import right_numbered
from tradewind.portals.administrator.wording import reason, type_label
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 50
TRY = "try"


@requires(*ADMINISTRATORS)
@require_safe
def right_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    filters = RightFilters(request.GET, user=person(request), now=now)
    context = {
        "filters": filters,
        "page": Paginator(filters.rights(), PAGE).get_page(request.GET.get("page")),
        "now": now,
        "csv_url": export_url(request, "administrator:right-export", "csv"),
        "xlsx_url": export_url(request, "administrator:right-export", "xlsx"),
    }
    return render(request, "administrator/rights.html", context)


@requires(*ADMINISTRATORS)
@require_safe
def right_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same rights as the list with the same address, all pages of it."""
    if form not in FORMATS:
        raise Http404
    filters = RightFilters(request.GET, user=person(request), now=timezone.now())
    head = [
        _("Who"),
        _("May do"),
        _("Objects"),
        _("By the rule"),
        _("From"),
        _("Until"),
        _("Given by"),
        _("Why"),
        _("Ended by"),
        _("Why it ended"),
    ]
    return download(form, "access-rights", head, export_rows(filters))


def export_rows(filters: RightFilters) -> Iterator[Row]:
    for right in filters.rights().iterator(chunk_size=500):
        yield (
            right.holder,
            right.get_action_display(),
            type_label(right.rule.object_type),
            str(right.rule),
            right.starts_at,
            right.ends_at,
            str(right.granted_by or ""),
            reason(right.why),
            str(right.ended_by or ""),
            right.why_ended,
        )


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def right_create(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in ("rule", "holder") if name in request.GET}
    form = RightForm(request.POST or None, user=person(request), initial=asked)
    if request.method != "POST" or not form.is_valid():
        return given(request, form)
    if TRY in request.POST:
        change = Change(grants=form.rights(form.cleaned_data["rule"]))
        return given(request, form, what_if(change, at=timezone.now()))
    return granted(request, form)


def granted(request: HttpRequest, form: RightForm) -> HttpResponse:
    rule, why = form.cleaned_data["rule"], form.cleaned_data["why"]
    try:
        rights = form.grant(rule, actor=person(request), now=timezone.now(), why=why)
    except ValidationError as fault:
        form.add_error(None, fault.messages)
        return given(request, form)
    done = ngettext("%(n)s right is given.", "%(n)s rights are given.", len(rights)) % {"n": len(rights)}
    messages.success(request, done)
    return redirect("administrator:rule-edit", rule.code)


def given(request: HttpRequest, form: RightForm, effects: list[Effect] | None = None) -> HttpResponse:
    context = {"form": form, "effects": effects, "is_tried": effects is not None}
    return render(request, "administrator/right_new.html", context, status=422 if form.errors else 200)


@requires(*ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def right_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A right with whatever is known of it, and the way to end it."""
    right, now = right_numbered(person(request), pk), timezone.now()
    is_over = right.ends_at is not None and right.ends_at <= now
    context = {"right": right, "now": now, "is_over": is_over, "type": type_label(right.rule.object_type)}
    form = EndForm(request.POST or None)
    if request.method == "POST" and not is_over and TRY in request.POST:
        form = EndForm(initial={"why": request.POST.get("why", "")})
        context |= {"effects": what_if(Change(end=right), at=now), "is_tried": True}
    elif request.method == "POST" and not is_over and form.is_valid():
        try:
            end_right(right, actor=person(request), now=now, why=form.cleaned_data["why"])
        except LockedOutError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The right has ended."))
            return redirect("administrator:right-end", right.pk)
    return render(request, "administrator/right.html", context | {"form": form}, status=422 if form.errors else 200)
