"""What the engine places on the partner's home, and what is said to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel import messages as channel_messages
from tradewind.crm.channel.messages import EVENT, INTERESTED, NOT_NOW
from tradewind.crm.channel.models import Notice, Partner
from tradewind.crm.decisions.models import DecidedOffer
from tradewind.crm.decisions.operations import AnswerRefused
from tradewind.crm.identity.models import User
from tradewind.portals.partner.pages import company_of, see_other, show
from tradewind.portals.partner.rights import PARTNER
from tradewind.portals.ui.person import person

NOTICES = 3


@requires(*PARTNER, writes=True)
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """A piece of the home that comes by itself, so that the engine never holds the page up."""
    return _piece(request, person(request))


@requires(*PARTNER)
@require_POST
def news_answer(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    placed = scope(user, DecidedOffer).filter(decision__event=EVENT).select_related("decision", "offer")
    offer = get_object_or_404(placed, pk=pk)
    said = request.POST.get("said", "")
    if said not in (INTERESTED, NOT_NOW):
        raise BadRequest("nobody says that to a message")
    try:
        channel_messages.answer(offer, said=said, actor=user, now=timezone.now())
    except AnswerRefused as refused:
        messages.warning(request, _("%(reason)s Nothing was changed.") % {"reason": refused})
    if request.headers.get("HX-Request") == "true":
        return _piece(request, user)
    return see_other("partner:news")


def partner_of(user: User) -> Partner | None:
    """The partner that the person acts for, for the engine to know; employees need no right to its record."""
    company = company_of(user)
    return getattr(company, "channel_partner", None) if company else None


def _piece(request: HttpRequest, user: User) -> HttpResponse:
    partner = partner_of(user)
    decision = channel_messages.messages_for(partner, reader=user, now=timezone.now()) if partner else None
    cards = [_card(offer) for offer in decision.offers.all()] if decision else []
    context = {
        "cards": [card for card in cards if card["said"] != NOT_NOW],
        "notices": scope(user, Notice.objects.latest_first())[:NOTICES],
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "partner/_news.html", context)
    return show(request, "partner/news.html", context)


def _card(offer: DecidedOffer) -> dict[str, Any]:
    standing = list(offer.answers.all())
    return {
        "pk": offer.pk,
        "title": offer.title or offer.offer.title,
        "body": offer.body,
        "group": str(offer.offer.group),
        "reason": offer.reason,
        "link": offer.link,
        "said": standing[-1].outcome.name if standing else "",
    }
