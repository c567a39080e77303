"""Switching to the other company one works for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradewind.crm.access import requires
from tradewind.portals.partner.pages import memberships_of, see_other
from tradewind.portals.partner.rights import PARTNER
from tradewind.portals.ui.person import person


@requires(*PARTNER)
@require_POST
def company_switch(request: HttpRequest) -> HttpResponse:
    """Act for the company of one of one's own memberships; any other does not exist."""
    wanted = request.POST.get("membership", "")
    chosen = next((row for row in memberships_of(person(request)) if str(row.pk) == wanted), None)
    if chosen is None:
        raise Http404
    chosen.act()
    messages.success(request, _("You work for %(company)s now.") % {"company": chosen.organisation})
    return see_other("partner:today")
