"""What every page of the portal has: the company that the person acts for, and the others they work for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Membership, Organisation
from tradewind.portals.ui.person import person


def memberships_of(user: User) -> Sequence[Membership]:
    """Where the person holds a role today, by name, and where they act; elsewhere there is nothing to switch to."""
    rows = scope(user, Membership.objects.current().with_role()).filter(user=user)
    rows = rows.filter(Q(is_acting=True) | Q(role_now__isnull=False))
    return list(rows.select_related("organisation").order_by("organisation__name", "pk"))


def company_of(user: User) -> Organisation | None:
    """The company that the person acts for now."""
    return next((row.organisation for row in memberships_of(user) if row.is_acting), None)


def colleagues_of(user: User) -> dict[int, User]:
    """Everybody whom the person may see, by id: oneself and the people of the company."""
    return {one.pk: one for one in scope(user, User).order_by("name", "pk")}


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    companies: Sequence[Membership] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the portal."""
    found = memberships_of(person(request)) if companies is None else companies
    acting = next((row for row in found if row.is_acting), None)
    return render(
        request,
        template,
        {"companies": found, "company": acting.organisation if acting else None, **context},
        status=status,
    )


def opened_for(request: HttpRequest, company: Organisation) -> bool:
    """Was the form that is sent opened for the company acted for now? If not, the reader is told so."""
    if request.POST.get("for_company") == str(company.pk):
        return True
    messages.warning(request, _("This form was opened for another company. Nothing was written down."))
    return False


def see_other(to: str, *args: Any) -> HttpResponse:
    """After an action: on to a page, to be read with GET."""
    response = redirect(to, *args)
    response.status_code = 303
    return response
