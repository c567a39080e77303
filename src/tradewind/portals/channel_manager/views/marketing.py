"""Marketing through partners: the material that they may use, and the campaigns that they run with it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import CampaignMaterial, LetterState, Partner, PartnerCampaign
from tradewind.crm.channel.models.letter import ON_THE_WAY
from tradewind.portals.channel_manager.forms.marketing import CampaignFilters, MaterialForm
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person

PAGE = 25
SAMPLE_COMPANY, SAMPLE_NAME = "Camden Computers", "Maya"


@requires(*READERS)
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """What partners run or have run, with what became of the letters."""
    user, filters = person(request), CampaignFilters(request.GET)
    rows = scope(user, PartnerCampaign)
    wanted = filters.cleaned_data
    if wanted.get("partner"):
        named = scope(user, Partner.objects.search(wanted["partner"]))
        rows = rows.filter(partner__in=named.order_by().values("organisation"))
    if wanted.get("state"):
        rows = rows.filter(sent_at__isnull=wanted["state"] == "draft")
    rows = rows.select_related("partner__channel_partner", "material", "sent_by").annotate(
        sent=Count("letters", filter=Q(letters__state=LetterState.SENT)),
        waiting=Count("letters", filter=Q(letters__state__in=ON_THE_WAY)),
        lost=Count("letters", filter=Q(letters__state__in=(LetterState.REFUSED, LetterState.DOUBTFUL))),
    )
    page = Paginator(rows.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "at": "campaigns"}
    return render(request, "channel_manager/campaigns.html", context)


@requires(*READERS)
@require_safe
def material_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    rows = (
        scope(user, CampaignMaterial)
        .select_related("for_type")
        .annotate(used=Count("campaigns", filter=Q(campaigns__sent_at__isnull=False)))
    )
    page = Paginator(rows.order_by("-is_offered", "name", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_write": user.has_role(*MANAGERS), "at": "material"}
    return render(request, "channel_manager/materials.html", context)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def material_create(request: HttpRequest) -> HttpResponse:
    return _written(request, CampaignMaterial())


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def material_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _written(request, get_object_or_404(scope(person(request), CampaignMaterial), code=code))


def _written(request: HttpRequest, material: CampaignMaterial) -> HttpResponse:
    """The form and, for what is kept, the letter as a customer gets it."""
    form = MaterialForm(request.POST or None, instance=material, user=person(request))
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        messages.success(request, _("%(material)s is kept.") % {"material": kept})
        return redirect("channel:material-edit", kept.code)
    context = {
        "form": form,
        "material": material if material.pk else None,
        "samples": [_sample(material, code, name) for code, name in (("en", _("English")), ("ro", _("Romanian")))]
        if material.pk and not form.errors
        else (),
    }
    return render(request, "channel_manager/material_form.html", context, status=422 if form.errors else 200)


def _sample(material: CampaignMaterial, code: str, name: str) -> tuple[str, str, str]:
    subject, body = material.filled(code, company=SAMPLE_COMPANY, first_name=SAMPLE_NAME)
    return name, subject, body
