"""What is agreed between the company and the brand owner: contracts with their papers, tier, goals."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.measures import base_currency
from tradewind.crm.channel.models import ContractDocument, Partner
from tradewind.crm.channel.tiers import standing
from tradewind.portals.partner.pages import memberships_of, show
from tradewind.portals.partner.rights import MANAGERS
from tradewind.portals.ui.person import person
from tradewind.portals.ui.uploads import hand_out

GOALS = 12


@requires(*MANAGERS)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    companies = memberships_of(user)
    acting = next((row.organisation for row in companies if row.is_acting), None)
    partner = scope(user, Partner.objects.select_related("programme")).filter(organisation=acting).first()
    contracts = partner.contracts.prefetch_related("documents__file") if partner else ()
    context = {
        "partner": partner,
        "standing": standing(partner, on_date=today, goals=partner.goals.all()[:GOALS]) if partner else None,
        "contracts": [(one, one.is_in_force(on_date=today)) for one in contracts],
        "today": today,
        "currency": base_currency(),
    }
    return show(request, "partner/agreements.html", context, companies=companies)


@requires(*MANAGERS)
@require_safe
def document(request: HttpRequest, uuid: UUID) -> FileResponse:
    papers = scope(person(request), ContractDocument).select_related("file")
    return hand_out(get_object_or_404(papers, file__uuid=uuid).file)
