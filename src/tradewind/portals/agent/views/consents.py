"""What a customer allows, written down while they say it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradewind.crm.access import requires
from tradewind.portals.agent.consents import LABELS, note_consent
from tradewind.portals.agent.records import customer_numbered
from tradewind.portals.agent.rights import DESK
from tradewind.portals.ui.person import person


@requires(*DESK)
@require_POST
def consent(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    customer = customer_numbered(user, number)
    asked = request.POST.get("purpose", ""), request.POST.get("channel", "")
    said = {"yes": True, "no": False}.get(request.POST.get("given", ""))
    if asked not in LABELS or said is None:
        messages.warning(request, _("This consent is not known here. Nothing was changed."))
    elif note_consent(customer, asked, given=said, actor=user, now=timezone.now()):
        messages.success(request, _("%(asked)s: noted.") % {"asked": LABELS[asked]})
    else:
        messages.info(request, _("%(asked)s: the customer had said so already.") % {"asked": LABELS[asked]})
    response = redirect("agent:customer", customer.number)
    response.status_code = 303
    return response
