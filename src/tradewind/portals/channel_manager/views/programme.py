"""What is agreed with a partner: its tier and what it still takes, goals against what was done, contracts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradewind.crm.access import ActionGroup, requires
from tradewind.crm.channel.measures import base_currency
from tradewind.crm.channel.models import Contract, Goal, Partner
from tradewind.crm.channel.tiers import standing
from tradewind.portals.channel_manager.forms.programme import ContractForm, GoalForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person

GOALS = 12


@requires(*READERS)
@require_safe
def programme(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _page(request, partner_named(person(request), uuid))


@requires(*MANAGERS)
@require_POST
def contracts(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write a contract down."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    form = ContractForm(request.POST, instance=Contract(partner=partner))
    if not form.is_valid():
        return _page(request, partner, contract=form)
    contract = form.save()
    partner.note("contract.added", actor=user, now=timezone.now(), what=str(contract))
    messages.success(request, _("%(contract)s is kept.") % {"contract": contract})
    return redirect("channel:partner-programme", partner.uuid)


@requires(*MANAGERS)
@require_POST
def goals(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Agree on a goal."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    form = GoalForm(request.POST, instance=Goal(partner=partner))
    if not form.is_valid():
        return _page(request, partner, goal=form)
    goal = form.save()
    partner.note("goal.added", actor=user, now=timezone.now(), what=str(goal))
    messages.success(request, _("The goal is kept."))
    return redirect("channel:partner-programme", partner.uuid)


@requires(*MANAGERS)
@require_POST
def goal_removal(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    goal = get_object_or_404(partner.goals, pk=pk)
    goal.delete()
    partner.note("goal.removed", actor=user, now=timezone.now(), what=str(goal))
    messages.success(request, _("The goal is removed."))
    return redirect("channel:partner-programme", partner.uuid)


def _page(
    request: HttpRequest, partner: Partner, *, contract: ContractForm | None = None, goal: GoalForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "partner": partner,
        "standing": standing(partner, on_date=today, goals=partner.goals.all()[:GOALS]),
        "contracts": [
            (row, row.is_in_force(on_date=today)) for row in partner.contracts.annotate(papers=Count("documents"))
        ],
        "contract_form": contract or ContractForm(),
        "goal_form": goal or GoalForm(),
        "today": today,
        "currency": base_currency(),
        "may_write": person(request).has_role(*MANAGERS),
    }
    wrong = contract is not None or goal is not None
    return render(request, "channel_manager/programme.html", context, status=422 if wrong else 200)
