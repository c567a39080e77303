"""Placements: how offers compete for each, and who ranks them there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import requires
from tradewind.portals.marketer.forms.placement import PlacementForm
from tradewind.portals.marketer.rights import WRITERS
from tradewind.portals.marketer.views.records import placement_named
from tradewind.portals.ui.person import person


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def placement_edit(request: HttpRequest, name: str) -> HttpResponse:
    user = person(request)
    placement = placement_named(user, name)
    title = str(placement)
    form = PlacementForm(request.POST or None, instance=placement)
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            form.instance.revise(changed=form.changed(), actor=user, now=timezone.now())
        said = _("%(placement)s is saved. The next publication takes it.") % {"placement": form.instance}
        messages.success(request, said)
        return redirect("marketer:placement-edit", name)
    context = {"form": form, "placement": placement, "title": title, "events": placement.events.all()}
    return render(request, "marketer/placement.html", context, status=422 if form.errors else 200)
