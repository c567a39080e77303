"""Keeping a view of a list, and letting go of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradewind.crm.access import scope
from tradewind.crm.parties.models import Membership, SavedView
from tradewind.crm.parties.models.saved_view import MOST_OF_ONE_LIST
from tradewind.portals.ui.person import person
from tradewind.portals.ui.saved_views import kept_query, list_url

LONGEST_NAME = 60


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters and the order of a list under a name; the same name again takes the place of the first."""
    user = person(request)
    page, name = request.POST.get("page", ""), request.POST.get("name", "").strip()
    base, query = list_url(user, page), kept_query(request.POST.get("query", ""))
    acting = scope(user, Membership.objects.acting()).filter(user=user).first()
    if not base or acting is None:
        raise Http404
    back = f"{base}?{query}" if query else base
    mine = scope(user, SavedView).filter(owner=user, organisation=acting.organisation_id, page=page)
    if not query or not name or len(name) > LONGEST_NAME:
        messages.warning(request, _("Narrow or sort the list, and write a name of at most 60 signs. Nothing was kept."))
    elif not mine.filter(name=name).exists() and mine.count() >= MOST_OF_ONE_LIST:
        messages.warning(request, _("You keep 20 views of this list already. Remove one first."))
    else:
        new = {"query": query, "is_shared": "is_shared" in request.POST}
        mine.update_or_create(owner=user, organisation_id=acting.organisation_id, page=page, name=name, defaults=new)
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
    return redirect(back)


@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one's own view; those of colleagues are theirs."""
    user = person(request)
    view = get_object_or_404(scope(user, SavedView).filter(owner=user), pk=pk)
    base = list_url(user, view.page)
    view.delete()
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return redirect(base or "home")
