"""One conversation on one screen: held by its agent, read by managers and after its end."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.catalog.models import OwnedProduct
from tradewind.crm.interactions.models import CallReason
from tradewind.portals.agent.consents import declined, standing_consents
from tradewind.portals.agent.desk import desk
from tradewind.portals.agent.forms import WrapUpForm
from tradewind.portals.agent.records import conversation_named
from tradewind.portals.agent.rights import DESK
from tradewind.portals.agent.timeline import timeline
from tradewind.portals.ui.person import person

MACHINES = 3
TOLD = 12


@requires(*DESK)
@require_safe
def conversation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    found = conversation_named(user, uuid)
    customer = found.customer
    machines = scope(user, OwnedProduct).filter(customer=customer).select_related("product")[:MACHINES]
    today = timezone.localdate()
    consents = standing_consents(customer, user=user)
    return render(
        request,
        "agent/desk.html",
        {
            "conversation": found,
            "customer": customer,
            "desk": desk(found, reader=user),
            "after_an_answer": request.headers.get("HX-Trigger", "").startswith("answer-"),
            "is_mine": found.agent_id == user.pk,
            "reasons": scope(user, CallReason),
            "wrap_up": WrapUpForm(user=user, conversation=found),
            "consents": consents,
            "declined": declined(consents, found.channel),
            "machines": [(one, one.in_warranty(today)) for one in machines],
            "entries": timeline(customer, reader=user, limit=TOLD),
        },
    )
