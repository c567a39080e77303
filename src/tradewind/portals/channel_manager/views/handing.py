"""Giving a record to a partner, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.handing import partners_for
from tradewind.portals.channel_manager.desks import Desk
from tradewind.portals.channel_manager.forms.work import HandForm, PartnerSearch
from tradewind.portals.channel_manager.rights import MANAGERS
from tradewind.portals.channel_manager.views.work import done, line_of, record_with
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Choose among the active partners; those that work the record's postcode area stand first."""
    user = person(request)
    found = record_with(user, desk, pk)
    choices = scope(user, partners_for(found))
    if request.method == "POST":
        form = HandForm(request.POST, rows=choices)
        if not form.is_valid():
            messages.warning(request, _("Choose an active partner. Nothing was changed."))
            return redirect(f"channel:{desk.name}-hand", pk)
        wanted = form.cleaned_data["partner"]
        told = _("%(partner)s has it now.") % {"partner": wanted}
        return done(request, desk, pk, lambda: found.hand_to(wanted.organisation, actor=user, now=timezone.now()), told)
    search = PartnerSearch(request.GET)
    named = choices.search(search.cleaned_data.get("q", ""))
    context = {
        "desk": desk,
        "record": found,
        "line": line_of(desk, found),
        "search": search,
        "page": Paginator(named, PAGE).get_page(request.GET.get("page")),
        "list_url": reverse(f"channel:{desk.name}-list"),
        "record_url": reverse(f"channel:{desk.name}", args=[pk]),
        "hand_url": reverse(f"channel:{desk.name}-hand", args=[pk]),
    }
    return render(request, "channel_manager/work_hand.html", context)


@requires(*MANAGERS)
@require_POST
def take_back(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The partner sees it no more; what it did with it stays on the timeline of the brand owner."""
    user = person(request)
    found = record_with(user, desk, pk)
    told = _("It is taken back; no partner has it now.")
    return done(request, desk, pk, lambda: found.hand_to(None, actor=user, now=timezone.now()), told)
