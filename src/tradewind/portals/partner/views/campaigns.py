"""Campaigns with the brand owner's material on the company's own customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.crm.access import ActionGroup, requires, scope, scope_with_actions
from tradewind.crm.channel import campaigns
from tradewind.crm.channel.campaigns import CampaignRefused
from tradewind.crm.channel.models import PartnerCampaign
from tradewind.portals.partner.pages import company_of, memberships_of, see_other, show
from tradewind.portals.partner.rights import MANAGERS, PARTNER
from tradewind.portals.ui.person import person

if TYPE_CHECKING:
    WordsBase = forms.ModelForm[PartnerCampaign]
else:
    WordsBase = forms.ModelForm

SAMPLE_NAME = "Maya"
PAGE = 50


class WordsForm(WordsBase):
    class Meta:
        model = PartnerCampaign
        fields = ["own_words"]
        widgets = {"own_words": forms.Textarea(attrs={"rows": 4})}


@requires(*PARTNER)
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    companies = memberships_of(user)
    acting = next((row.organisation for row in companies if row.is_acting), None)
    mine = scope(user, PartnerCampaign).select_related("material").order_by("-created_at", "-pk")[:PAGE]
    offered = scope(user, campaigns.offered_to(acting)) if acting else ()
    context = {
        "campaigns": mine,
        "materials": [
            (one, PartnerCampaign(partner=acting, material=one).letter_to("", user.language)[0]) for one in offered
        ],
        "manages": user.has_role(*MANAGERS),
    }
    return show(request, "partner/campaigns.html", context, companies=companies)


@requires(*MANAGERS)
@require_POST
def campaign_create(request: HttpRequest) -> HttpResponse:
    """Begin one with a material that is offered to this company."""
    user = person(request)
    company = company_of(user)
    if company is None or request.POST.get("for_company") != str(company.pk):
        messages.warning(request, _("This form was opened for another company. Nothing was written down."))
        return see_other("partner:campaign-list")
    wanted = request.POST.get("material", "")
    offered = scope(user, campaigns.offered_to(company))
    material = get_object_or_404(
        offered, pk=wanted if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    )
    new = PartnerCampaign(partner=company, material=material, created_by=user, created_at=timezone.now())
    new.save(force_insert=True)
    return see_other("partner:campaign", new.pk)


@requires(*PARTNER)
@require_http_methods(["GET", "HEAD", "POST"])
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a customer gets it, and how many it reaches; a manager writes own words above it."""
    user = person(request)
    rows = scope_with_actions(user, PartnerCampaign, ActionGroup.WRITE, ActionGroup.DELETE)
    found: Any = get_object_or_404(rows.select_related("material", "partner"), pk=pk)
    changes = found.may_write and found.sent_at is None
    if request.method == "POST" and not changes:
        raise Http404
    form = WordsForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        found.save(update_fields=["own_words"])
        messages.success(request, _("Your words are kept."))
        return see_other("partner:campaign", pk)
    subject, text = found.letter_to(SAMPLE_NAME, user.language)
    context = {
        "campaign": found,
        "form": form if changes else None,
        "may_write": found.may_write,
        "may_delete": found.may_delete and found.sent_at is None,
        "subject": subject,
        "text": text,
        "held_back": campaigns.held_back(found.partner),
        "reach": campaigns.reach_of(found.partner) if found.sent_at is None else None,
        "progress": campaigns.progress_of(found) if found.sent_at else None,
    }
    if request.headers.get("HX-Request") == "true":
        return _piece(request, context)
    return show(request, "partner/campaign.html", context)


@requires(*MANAGERS)
@require_POST
def campaign_send(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = get_object_or_404(
        scope(user, PartnerCampaign, ActionGroup.WRITE).select_related("partner", "material"), pk=pk
    )
    return _sent(request, pk, lambda: campaigns.send(found, actor=user, now=timezone.now()))


@requires(*MANAGERS)
@require_POST
def campaign_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letters of which nobody knows whether they left."""
    user = person(request)
    found = get_object_or_404(scope(user, PartnerCampaign, ActionGroup.WRITE).select_related("partner"), pk=pk)
    return _sent(request, pk, lambda: campaigns.send_doubtful_again(found, now=timezone.now()))


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; what was sent stays."""
    user = person(request)
    found = get_object_or_404(scope(user, PartnerCampaign, ActionGroup.DELETE).filter(sent_at=None), pk=pk)
    if request.method == "POST":
        found.delete()
        messages.success(request, _("The draft is thrown away."))
        return see_other("partner:campaign-list")
    context = {
        "title": _("Throw this draft away?"),
        "text": _("%(record)s will be gone for good.") % {"record": found},
        "action": reverse("partner:campaign-delete", args=[pk]),
        "action_label": _("Throw away"),
        "keep_url": reverse("partner:campaign", args=[pk]),
    }
    return show(request, "partner/delete.html", context)


def _sent(request: HttpRequest, pk: int, send: Callable[[], int]) -> HttpResponse:
    """Send, and say on the campaign's page how many letters leave, or why none does."""
    try:
        number = send()
    except CampaignRefused as refused:
        messages.warning(request, _("%(reason)s Nothing was sent.") % {"reason": refused})
    else:
        messages.success(request, _("Letters on their way: %(number)s.") % {"number": number})
    return see_other("partner:campaign", pk)


def _piece(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """How far it is; once nothing is on its way the whole page is shown anew."""
    progress = context["progress"]
    if progress is None or not progress.waiting:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "partner/_campaign_progress.html", context)
