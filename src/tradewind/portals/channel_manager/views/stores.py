"""How a partner appears in the store locator."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.crm.access import ActionGroup, requires, scope
from tradewind.crm.channel.models import Partner, StoreEntry
from tradewind.portals.channel_manager.forms.places import StoreForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person


@requires(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def store(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = person(request)
    writes = request.method == "POST"
    partner = partner_named(user, uuid, ActionGroup.WRITE if writes else ActionGroup.READ)
    entry = scope(user, StoreEntry).filter(partner=partner).first() or _proposed(partner)
    form = StoreForm(request.POST or None, instance=entry)
    if writes and form.is_valid():
        if form.has_changed() or entry.pk is None:
            form.save().note_change(form.changed_labels(), actor=user, now=timezone.now())
        messages.success(request, _("The entry is kept."))
        return redirect("channel:partner-store", partner.uuid)
    context = {
        "partner": partner,
        "entry": entry if entry.pk else None,
        "form": form,
        "may_write": user.has_role(*MANAGERS),
    }
    return render(request, "channel_manager/store.html", context, status=422 if form.errors else 200)


@requires(*MANAGERS)
@require_POST
def publication(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the entry to everybody, or take it away again."""
    user, now = person(request), timezone.now()
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    entry = get_object_or_404(scope(user, StoreEntry), partner=partner)
    withdraws = "withdraw" in request.POST
    if withdraws:
        entry.withdraw(actor=user, now=now)
        said = _("%(partner)s appears no longer.")
    else:
        entry.publish(actor=user, now=now)
        said = _("%(partner)s appears while it is active.")
    messages.success(request, said % {"partner": partner})
    return redirect("channel:partner-store", partner.uuid)


def _proposed(partner: Partner) -> StoreEntry:
    """What is known of the company already."""
    place = partner.organisation
    return StoreEntry(partner=partner, city=place.city, postcode=place.postcode, phone=partner.phone)
