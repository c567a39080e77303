"""Leads, opportunities, orders and tickets of all partners: one list, one page and the same actions for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradewind.crm.access import ActionGroup, requires, scope, scope_with_actions
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Membership
from tradewind.crm.sales.models import Worked, WorkRefused
from tradewind.portals.channel_manager.desks import Desk
from tradewind.portals.channel_manager.forms.work import EmployeeForm, WorkFilters
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.channel_manager.work_story import facts_of, story
from tradewind.portals.partner.facts import related_to
from tradewind.portals.partner.forms import MessageForm
from tradewind.portals.partner.shelves import Line
from tradewind.portals.ui.export import FORMATS, Row, download, export_url
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*READERS)
@require_safe
def work_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    user = person(request)
    filters = WorkFilters(request.GET, desk=desk, user=user)
    page = Paginator(filters.narrow(scope(user, desk.shelf.model)), PAGE).get_page(request.GET.get("page"))
    exports = user.has_role(*MANAGERS)
    context = {
        "desk": desk,
        "filters": filters,
        "page": page,
        "lines": [(line_of(desk, record), record) for record in page],
        "record_view": f"channel:{desk.name}",
        "list_url": reverse(f"channel:{desk.name}-list"),
        "csv_url": export_url(request, f"channel:{desk.name}-export", "csv") if exports else "",
        "xlsx_url": export_url(request, f"channel:{desk.name}-export", "xlsx") if exports else "",
    }
    return render(request, "channel_manager/work_list.html", context)


@requires(*MANAGERS)
@require_safe
def work_export(request: HttpRequest, desk: Desk, form: str) -> HttpResponse:
    """The rows of the list with the same address, all pages of it, as far as they may be exported."""
    if form not in FORMATS:
        raise Http404
    user, words = person(request), desk.words
    head = [str(words.one), _("Details"), _("Partner"), str(words.about), str(words.minor or _("Amount"))]
    head += [_("Currency"), _("Status"), _("Assigned to"), _("Since"), _("Waits for an answer since")]
    rows = WorkFilters(request.GET, desk=desk, user=user).narrow(scope(user, desk.shelf.model, ActionGroup.EXPORT))
    return download(form, desk.slug, head, _rows(desk, rows))


def _rows(desk: Desk, rows: QuerySet[Any]) -> Iterator[Row]:
    for record in rows.iterator(chunk_size=500):
        line = line_of(desk, record)
        amount = None if line.minor is None else line.minor / 100
        about = line.about if line.about is None else str(line.about)
        partner = str(record.partner or "")
        yield (
            line.title,
            line.sub,
            partner,
            about,
            amount,
            line.currency,
            line.state,
            line.with_whom,
            line.created_at,
            record.asked_at,
        )


@requires(*READERS)
@require_safe
def record(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    user = person(request)
    rows = scope_with_actions(user, desk.shelf.model, ActionGroup.WRITE)
    found: Any = get_object_or_404(
        desk.whole(rows).select_related("created_by_company", "created_by", "partner__channel_partner"), pk=pk
    )
    writes = found.may_write and user.has_role(*MANAGERS)
    can_go = desk.hands and found.state in found.HANDED_FROM
    context = {
        "desk": desk,
        "record": found,
        "line": line_of(desk, found),
        "facts": facts_of(found),
        "related": related_to(found, user, portal="channel"),
        "entries": story(found),
        "may_write": writes,
        "may_hand": writes and can_go,
        "employee": _employee_form(user, found) if writes and found.partner_id else None,
        "message": MessageForm() if writes else None,
        "list_url": reverse(f"channel:{desk.name}-list"),
        "message_url": reverse(f"channel:{desk.name}-message", args=[pk]),
        "assign_url": reverse(f"channel:{desk.name}-assign", args=[pk]),
        "hand_url": reverse(f"channel:{desk.name}-hand", args=[pk]) if desk.hands else "",
        "back_url": reverse(f"channel:{desk.name}-take-back", args=[pk]) if desk.hands else "",
    }
    return render(request, "channel_manager/work_record.html", context)


@requires(*MANAGERS)
@require_POST
def message(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Answer the partner, or write to it first."""
    user = person(request)
    found = record_with(user, desk, pk)
    form = MessageForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write a message of at most 2,000 characters. Nothing was sent."))
    elif found.correspondent() is None:
        messages.warning(request, _("No partner has it, so nobody would read the message. Nothing was sent."))
    else:
        found.say(form.cleaned_data["text"], actor=user, now=timezone.now())
        messages.success(request, _("The message is on the timeline; the partner sees it there."))
    return redirect(f"channel:{desk.name}", pk)


@requires(*MANAGERS)
@require_POST
def assign(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Say who of the partner works on it."""
    user = person(request)
    found = record_with(user, desk, pk)
    form = EmployeeForm(request.POST, rows=employees_of(user, found))
    if not form.is_valid():
        messages.warning(request, _("This person does not work there. Nothing was changed."))
        return redirect(f"channel:{desk.name}", pk)
    to = form.cleaned_data["to"]
    told = _("%(name)s works on it now.") % {"name": to} if to else _("Nobody works on it now.")
    return done(request, desk, pk, lambda: found.assign(to, actor=user, now=timezone.now()), told)


def record_with(user: User, desk: Desk, pk: int) -> Worked:
    """The record, where this person may change it; anything else is 404."""
    return get_object_or_404(scope(user, desk.shelf.model, ActionGroup.WRITE), pk=pk)


def employees_of(user: User, record: Worked) -> QuerySet[User]:
    """Who may work on it: the active people of its partner."""
    members = scope(user, Membership.objects.current()).filter(organisation=record.partner_id).values("user")
    return scope(user, User).filter(pk__in=members, is_active=True).order_by("name", "pk")


def line_of(desk: Desk, record: Any) -> Line:
    """The record as lists show it, with who of the partner works on it."""
    return desk.shelf.line(record, str(record.assigned_to or ""))


def done(request: HttpRequest, desk: Desk, pk: int, act: Callable[[], Any], said: str) -> HttpResponse:
    """Acts, says so or says why not, and leads back."""
    try:
        act()
    except WorkRefused as refused:
        messages.warning(request, _("%(reason)s Nothing was changed.") % {"reason": refused})
    else:
        messages.success(request, said)
    return redirect(f"channel:{desk.name}", pk)


def _employee_form(user: User, record: Worked) -> EmployeeForm:
    return EmployeeForm(rows=employees_of(user, record), holder=getattr(record, "assigned_to_id", None))
