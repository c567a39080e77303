"""How the company appears in the store locator: a partner manager writes the entry, the brand owner publishes it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import Partner, Status, StoreEntry
from tradewind.crm.identity.models import User
from tradewind.portals.partner.company_forms import StoreForm
from tradewind.portals.partner.pages import opened_for, see_other, show
from tradewind.portals.partner.rights import MANAGERS
from tradewind.portals.partner.views.team import partner_here
from tradewind.portals.ui.person import person


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def store(request: HttpRequest) -> HttpResponse:
    user = person(request)
    partner = partner_here(user)
    entry = entry_of(partner, user)
    form = StoreForm(request.POST if request.method == "POST" else None, instance=entry)
    if request.method == "POST" and not opened_for(request, partner.organisation):
        return see_other("partner:store")
    if request.method == "POST" and form.is_valid():
        keep(form, user)
        messages.success(request, _("The entry is kept."))
        return see_other("partner:store")
    context = {
        "form": form,
        "entry": entry if entry.pk else None,
        "is_active": partner.standing() == Status.ACTIVE,
    }
    return show(request, "partner/store.html", context, status=422 if form.errors else 200)


def entry_of(partner: Partner, user: User) -> StoreEntry:
    """The entry that there is, or what is known of the company already."""
    found = scope(user, StoreEntry).filter(partner=partner).first()
    place = partner.organisation
    return found or StoreEntry(partner=partner, city=place.city, postcode=place.postcode, phone=partner.phone)


@transaction.atomic
def keep(form: StoreForm, user: User) -> None:
    """Save what was typed, and tell the brand owner on the partner's timeline."""
    if form.has_changed() or form.instance.pk is None:
        form.save().note_change(form.changed_labels(), actor=user, now=timezone.now())
