"""Leads, opportunities, orders and tickets: one list, one page and the same actions for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.crm.access import ActionGroup, may, requires, scope, scope_with_actions
from tradewind.crm.identity.models import User
from tradewind.crm.sales.models import Lead, Worked, WorkRefused
from tradewind.portals.partner.facts import facts_of, related_to
from tradewind.portals.partner.forms import MessageForm
from tradewind.portals.partner.pages import colleagues_of, memberships_of, see_other, show
from tradewind.portals.partner.rights import PARTNER
from tradewind.portals.partner.shelves import LEADS, Shelf
from tradewind.portals.partner.timeline import timeline
from tradewind.portals.ui.person import person


@requires(*PARTNER)
@require_safe
def record(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    user = person(request)
    found: Any = get_object_or_404(seen_with_buttons(user, shelf), pk=pk)
    people = colleagues_of(user)
    companies = memberships_of(user)
    acting = next((row.organisation for row in companies if row.is_acting), None)
    return show(
        request,
        "partner/record.html",
        {
            "shelf": shelf,
            "record": found,
            "line": shelf.line(found, ""),
            "facts": facts_of(found, people),
            "related": related_to(found, user),
            "message": MessageForm(),
            "entries": timeline(found, company=acting, people=people),
            "may_write": found.may_write,
            "may_delete": found.may_delete,
            "moves": found.moves() if found.may_write else (),
            "assignees": [one for one in people.values() if one.is_active]
            if found.may_write and may(user, f"{shelf.name}.assign")
            else (),
            "may_convert": shelf is LEADS and found.may_write and found.is_open and may(user, "opportunity.create"),
            **_urls(shelf, pk),
        },
        companies=companies,
    )


@requires(*PARTNER)
@require_http_methods(["GET", "HEAD", "POST"])
def record_edit(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    user = person(request)
    found = record_with(user, shelf, pk, ActionGroup.WRITE)
    form = shelf.form(request.POST or None, user=user, instance=found)
    if request.method == "POST" and form.is_valid():
        found.change(form.changed_data, actor=user, now=timezone.now())
        messages.success(request, str(shelf.words.kept))
        return see_other(f"partner:{shelf.name}", pk)
    return show(request, "partner/form.html", {"shelf": shelf, "form": form, "record": found, **_urls(shelf, pk)})


@requires(*PARTNER)
@require_POST
def record_assign(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    """Hand it on inside the company."""
    user = person(request)
    found = record_with(user, shelf, pk, ActionGroup.WRITE)
    if not may(user, f"{shelf.name}.assign"):
        raise Http404
    wanted = request.POST.get("to", "")
    to = next((one for one in colleagues_of(user).values() if str(one.pk) == wanted), None)
    if wanted and to is None:
        messages.warning(request, _("This person does not work here. Nothing was changed."))
        return see_other(f"partner:{shelf.name}", pk)
    told = _("%(name)s works on it now.") % {"name": to} if to else _("Nobody works on it now.")
    return _done(request, shelf, pk, lambda: found.assign(to, actor=user, now=timezone.now()), told)


@requires(*PARTNER)
@require_POST
def record_move(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    """Take a step: accept a lead, solve a ticket."""
    user = person(request)
    found = record_with(user, shelf, pk, ActionGroup.WRITE)
    step = request.POST.get("step", "")
    return _done(request, shelf, pk, lambda: found.move(step, actor=user, now=timezone.now()), _("Noted."))


@requires(*PARTNER)
@require_POST
def record_message(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    """Write to the brand owner about it; whoever may see it may."""
    user = person(request)
    found = record_with(user, shelf, pk, ActionGroup.READ)
    form = MessageForm(request.POST)
    if form.is_valid():
        found.say(form.cleaned_data["text"], actor=user, now=timezone.now())
        messages.success(request, _("The message is on the timeline; the brand owner sees it there."))
    else:
        messages.warning(request, _("Write a message of at most 2,000 characters. Nothing was sent."))
    return see_other(f"partner:{shelf.name}", pk)


@requires(*PARTNER)
@require_http_methods(["GET", "HEAD", "POST"])
def record_delete(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    user = person(request)
    found = record_with(user, shelf, pk, ActionGroup.DELETE)
    if request.method == "POST":
        try:
            found.remove(actor=user, now=timezone.now())
        except WorkRefused as refused:
            messages.warning(request, _("%(reason)s Nothing was changed.") % {"reason": refused})
            return see_other(f"partner:{shelf.name}", pk)
        messages.success(request, str(shelf.words.deleted))
        return see_other(f"partner:{shelf.name}-list")
    return show(
        request,
        "partner/delete.html",
        {
            "title": str(shelf.words.question),
            "text": _("%(record)s will be gone for good.") % {"record": found},
            "action": reverse(f"partner:{shelf.name}-delete", args=[pk]),
            "action_label": pgettext("button", "Delete"),
            "keep_url": reverse(f"partner:{shelf.name}", args=[pk]),
        },
    )


@requires(*PARTNER)
@require_http_methods(["GET", "HEAD", "POST"])
def record_create(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Write something new down, for the company whose form this is."""
    user = person(request)
    if not may(user, f"{shelf.name}.create"):
        raise Http404
    companies = memberships_of(user)
    acting = next((row.organisation for row in companies if row.is_acting), None)
    instance = shelf.model()
    given = request.POST or None
    form = shelf.form(given, user=user, instance=instance)
    if given is None and "lead" in form.fields:
        form.initial.update(_from_lead(user, request.GET.get("lead", "")))
    if given is not None:
        if acting is None or given.get("for_company") != str(acting.pk):
            messages.warning(request, _("This form was opened for another company. Nothing was written down."))
            return see_other(f"partner:{shelf.name}-list")
        if form.is_valid():
            try:
                instance.bring_in(company=acting, actor=user, now=timezone.now())
            except WorkRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, str(shelf.words.created))
                return see_other(f"partner:{shelf.name}", instance.pk)
    context = {"shelf": shelf, "form": form, "list_url": reverse(f"partner:{shelf.name}-list")}
    return show(request, "partner/form.html", context, companies=companies)


def record_with(user: User, shelf: Shelf, pk: int, action: str) -> Worked:
    """The record with which the person may do this; anything else is 404."""
    return get_object_or_404(scope(user, shelf.model, action), pk=pk)


def seen_with_buttons(user: User, shelf: Shelf) -> QuerySet[Any]:
    """The records that the person may see, and which of them they may change and delete."""
    return shelf.whole(scope_with_actions(user, shelf.model, ActionGroup.WRITE, ActionGroup.DELETE))


def _from_lead(user: User, wanted: str) -> dict[str, Any]:
    """What an opportunity takes over from the lead that it begins with."""
    is_id = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    lead = scope(user, LEADS.model, ActionGroup.WRITE).filter(pk=wanted).first() if is_id else None
    if not isinstance(lead, Lead) or not lead.is_open:
        return {}
    return {"lead": lead.pk, "title": lead.company, "value_minor": lead.value_minor}


def _urls(shelf: Shelf, pk: int) -> dict[str, str]:
    return {
        "list_url": reverse(f"partner:{shelf.name}-list"),
        "record_url": reverse(f"partner:{shelf.name}", args=[pk]),
        "edit_url": reverse(f"partner:{shelf.name}-edit", args=[pk]),
        "assign_url": reverse(f"partner:{shelf.name}-assign", args=[pk]),
        "message_url": reverse(f"partner:{shelf.name}-message", args=[pk]),
        "move_url": reverse(f"partner:{shelf.name}-move", args=[pk]),
        "delete_url": reverse(f"partner:{shelf.name}-delete", args=[pk]),
    }


def _done(request: HttpRequest, shelf: Shelf, pk: int, act: Callable[[], Any], said: str) -> HttpResponse:
    """Acts, says so or says why not, and leads back."""
    try:
        act()
    except WorkRefused as refused:
        messages.warning(request, _("%(reason)s Nothing was changed.") % {"reason": refused})
    else:
        messages.success(request, said)
    return see_other(f"partner:{shelf.name}", pk)
