"""An offer's sheet: write a new one, change one, see what it was before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import may, requires, scope
from tradewind.crm.decisions.models import Publication
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Campaign, Offer, Status
from tradewind.crm.toolkit.models import Attribute
from tradewind.portals.marketer.forms.sheet import OfferSheet, Stale, version_of
from tradewind.portals.marketer.previews import previews
from tradewind.portals.marketer.publishing import of_offer, unpublished
from tradewind.portals.marketer.rights import WRITERS
from tradewind.portals.marketer.rules import faults_of
from tradewind.portals.marketer.steps import steps
from tradewind.portals.marketer.timeline import changes_since, timeline
from tradewind.portals.marketer.views.records import offer_named, running_version, stop_in_force
from tradewind.portals.ui.person import person

REARRANGE = "rearrange"
BEFORE_RELEASE = (Status.DRAFT, Status.IN_REVIEW)


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_create(request: HttpRequest) -> HttpResponse:
    campaign = scope(person(request), Campaign).filter(code=request.GET.get("campaign", "")).first()
    return _sheet(request, Offer(campaign=campaign) if campaign else Offer())


@requires(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _sheet(request, offer_named(person(request), code))


def _sheet(request: HttpRequest, offer: Offer) -> HttpResponse:
    user = person(request)
    if request.method != "POST":
        return _shown(request, OfferSheet.opened(offer, user=user))
    if REARRANGE in request.POST:
        return _shown(request, OfferSheet.rearranged(offer, request.POST, request.POST[REARRANGE], user=user))
    return _saved_or_shown(request, OfferSheet.posted(offer, request.POST, user=user))


def _saved_or_shown(request: HttpRequest, sheet: OfferSheet) -> HttpResponse:
    if not sheet.is_valid(faults_of):
        return _shown(request, sheet, status=422)
    try:
        offer = sheet.save(actor=person(request), now=timezone.now())
    except Stale:
        return _refused(request, sheet)
    except IntegrityError:
        sheet.form.add_error("code", _("Somebody took this code a moment ago. Save again for the next one."))
        return _shown(request, sheet, status=409)
    messages.success(request, _("%(code)s is saved.") % {"code": offer.code})
    if sheet.rules_unchecked:
        messages.warning(
            request,
            _(
                "The offer engine is away, so the rules were not checked. "
                "What you wrote is kept; publishing checks it again."
            ),
        )
    return redirect("marketer:offer-edit", offer.code)


def _refused(request: HttpRequest, sheet: OfferSheet) -> HttpResponse:
    """Shows both: what the other person changed, and this person's text, which a second save would put over it."""
    theirs = changes_since(sheet.offer, sheet.version)
    sheet.version, sheet.is_stale = version_of(sheet.offer), True
    return _shown(request, sheet, status=409, theirs=theirs)


def _shown(request: HttpRequest, sheet: OfferSheet, *, status: int = 200, **more: Any) -> HttpResponse:
    user, offer = person(request), sheet.offer
    stored = scope(user, Offer).select_related("campaign").get(pk=offer.pk) if offer.pk else None
    context = {
        "sheet": sheet,
        "offer": stored,
        "attributes": scope(user, Attribute).select_related("group"),
        "previews": previews(sheet.texts, user=user),
        **(_around(stored, user) if stored else {}),
        **more,
    }
    return render(request, "marketer/offer.html", context, status=status)


def _around(offer: Offer, user: User) -> dict[str, Any]:
    """What stands beside the form of an offer that exists already."""
    standing = offer.statuses.select_related("started_by").get(ended_at=None)
    running = scope(user, Publication).order_by("-number").first()
    return {
        "standing": standing,
        "published": running_version(user, offer),
        "stop": stop_in_force(user, offer),
        "may_write": may(user, "offer.stop"),
        "against": of_offer(unpublished(running, user=user), offer),
        "gaps": offer.gaps() if standing.status in BEFORE_RELEASE else [],
        "timeline": timeline(offer),
        "steps": steps(offer),
    }
