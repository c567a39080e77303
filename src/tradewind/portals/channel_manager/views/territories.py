"""Territories: on a map and in a table, which areas each covers and who works it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import AreaPlace
from tradewind.crm.channel.territories import TerritoryRefused, assign, cover, withdraw
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Territory, TerritoryHolder
from tradewind.portals.channel_manager.areas import draw
from tradewind.portals.channel_manager.forms.places import HolderForm, TerritoryForm
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person


@dataclass(frozen=True, slots=True)
class Line:
    """A territory in the table, with its number on the map."""

    number: int
    territory: Territory
    areas: list[str]
    holders: list[TerritoryHolder]


@requires(*READERS)
@require_safe
def territory_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    holders = scope(user, TerritoryHolder.objects.current()).select_related("organisation__channel_partner")
    rows = list(scope(user, Territory).prefetch_related("areas", Prefetch("holders", holders, to_attr="working")))
    covering: defaultdict[str, list[Territory]] = defaultdict(list)
    for row in rows:
        for area in row.areas.all():
            covering[area.area].append(row)
    places = list(scope(user, AreaPlace))
    lines = [
        Line(number, row, [area.area for area in row.areas.all()], row.working)
        for number, row in enumerate(rows, start=1)
    ]
    context = {
        "map": draw(places, covering, rows),
        "lines": lines,
        "uncovered": [place.area for place in places if place.area not in covering],
        "may_write": user.has_role(*MANAGERS),
    }
    return render(request, "channel_manager/territories.html", context)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def territory_create(request: HttpRequest) -> HttpResponse:
    return _form(request, Territory())


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def territory(request: HttpRequest, code: str) -> HttpResponse:
    return _form(request, _territory(person(request), code))


def _form(request: HttpRequest, row: Territory) -> HttpResponse:
    user, name = person(request), row.name
    form = TerritoryForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            cover(form.save(), form.cleaned_data["areas"])
        messages.success(request, _("%(territory)s is saved.") % {"territory": row})
        return redirect("channel:territory", row.code)
    is_kept = row.pk is not None
    context = {
        "form": form,
        "territory": row if is_kept else None,
        "name": name,
        "holders": scope(user, row.holders.current()).select_related("organisation") if is_kept else (),
        "assign": HolderForm(user=user, territory=row) if is_kept else None,
    }
    return render(request, "channel_manager/territory.html", context, status=422 if form.errors else 200)


@requires(*MANAGERS)
@require_POST
def holders(request: HttpRequest, code: str) -> HttpResponse:
    """Let a partner work the territory."""
    user = person(request)
    row = _territory(user, code)
    form = HolderForm(request.POST, user=user, territory=row)
    if not form.is_valid():
        messages.error(request, _("Choose a partner that does not work this territory yet."))
        return redirect("channel:territory", code)
    partner = form.cleaned_data["partner"]
    try:
        assign(row, partner=partner, actor=user, now=timezone.now())
    except TerritoryRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(partner)s works it from today on.") % {"partner": partner})
    return redirect("channel:territory", code)


@requires(*MANAGERS)
@require_POST
def holder_end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    user = person(request)
    row = get_object_or_404(scope(user, TerritoryHolder.objects.current()), pk=pk, territory=_territory(user, code))
    withdraw(row, actor=user, now=timezone.now())
    messages.success(request, _("%(partner)s works it no longer.") % {"partner": row.organisation})
    return redirect("channel:territory", code)


def _territory(user: User, code: str) -> Territory:
    return get_object_or_404(scope(user, Territory), code=code)
