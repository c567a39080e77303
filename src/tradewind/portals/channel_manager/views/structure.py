"""Where a partner stands: its group above and below, who supplies it and whom it supplies."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradewind.crm.access import ActionGroup, requires, scope
from tradewind.crm.channel.models import Partner
from tradewind.crm.channel.structure import StructureRefused, belong, end_supply, supply
from tradewind.crm.parties.models import Ancestry, Supply
from tradewind.portals.channel_manager.forms.places import BuyerForm, ParentForm, partners_to_relate
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person


@requires(*READERS)
@require_safe
def structure(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    partner = partner_named(user, uuid)
    place, rows = partner.organisation, scope(user, Ancestry)
    above = rows.filter(descendant=place, depth__gt=0).select_related("ancestor__channel_partner").order_by("-depth")
    below = rows.filter(ancestor=place, depth__gt=0).select_related("descendant__channel_partner").order_by("depth")
    others = partners_to_relate(user)
    relations = scope(user, Supply.objects.current())
    context = {
        "partner": partner,
        "above": above,
        "below": below,
        "supplied_by": relations.filter(buyer=place).select_related("supplier__channel_partner"),
        "supplies": relations.filter(supplier=place).select_related("buyer__channel_partner"),
        "may_write": user.has_role(*MANAGERS),
        "parent_form": ParentForm(rows=others),
        "buyer_form": BuyerForm(rows=others),
    }
    return render(request, "channel_manager/structure.html", context)


@requires(*MANAGERS)
@require_POST
def parent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put the partner under another, or make it the head of its own."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    form = ParentForm(request.POST, rows=partners_to_relate(user))
    if not form.is_valid():
        return _refused(request, partner)
    to = form.cleaned_data["parent"]
    return _done(request, partner, lambda: belong(partner, to=to, actor=user, now=timezone.now()))


@requires(*MANAGERS)
@require_POST
def supplies(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let the partner supply another."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    form = BuyerForm(request.POST, rows=partners_to_relate(user))
    if not form.is_valid():
        return _refused(request, partner)
    buyer = form.cleaned_data["buyer"]
    return _done(request, partner, lambda: supply(partner, buyer=buyer, actor=user, now=timezone.now()))


@requires(*MANAGERS)
@require_POST
def supply_end(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    current = scope(user, Supply.objects.current()).select_related("buyer")
    row = get_object_or_404(current, pk=pk, supplier=partner.organisation)
    return _done(request, partner, lambda: end_supply(row, partner=partner, actor=user, now=timezone.now()))


def _done(request: HttpRequest, partner: Partner, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except StructureRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The structure is kept."))
    return redirect("channel:partner-structure", partner.uuid)


def _refused(request: HttpRequest, partner: Partner) -> HttpResponse:
    messages.error(request, _("Choose a partner. Nothing was changed."))
    return redirect("channel:partner-structure", partner.uuid)
