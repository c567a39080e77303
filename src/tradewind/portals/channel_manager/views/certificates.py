"""What a partner and its people are certified for, and which product families it may sell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tradewind.crm.access import ActionGroup, requires, scope
from tradewind.crm.channel import certificates as asking
from tradewind.crm.channel.models import Certificate, CertificateRefused, Partner
from tradewind.crm.channel.models.certificate import CertificateQuerySet
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.forms.programme import AuthorisationForm, CertificateForm, GrantForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person

PAGE = 25
SOON = timedelta(days=60)


@requires(*READERS)
@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    """Certificates that wait for a word, and those that are good no longer soon."""
    user, today = person(request), timezone.localdate()
    rows: CertificateQuerySet = scope(
        user, Certificate.objects.select_related("certification", "partner__organisation", "person", "asked_by")
    )
    expiring = rows.expiring(on_date=today, until=today + SOON).order_by("expires_date", "pk")
    context = {
        "waiting": rows.asked_for().order_by("asked_at", "pk"),
        "page": Paginator(expiring, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "channel_manager/certificates.html", context)


@requires(*READERS)
@require_safe
def of_partner(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    partner = partner_named(user, uuid)
    rows = partner.certificates.select_related("certification", "person", "asked_by", "decided_by")
    authorisations = list(partner.authorisations.current().select_related("given_by"))
    context = {
        "partner": partner,
        "certificates": [(row, row.is_valid(on_date=today)) for row in rows],
        "authorisations": authorisations,
        "ask": CertificateForm(user=user, partner=partner),
        "authorise": AuthorisationForm(user=user, held=[row.family for row in authorisations]),
        "today": today,
        "may_write": user.has_role(*MANAGERS),
    }
    return render(request, "channel_manager/partner_certificates.html", context)


@requires(*MANAGERS)
@require_POST
def ask(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down that a certificate is asked for, on the partner's behalf."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    form = CertificateForm(request.POST, user=user, partner=partner)

    def act() -> str:
        wanted = form.cleaned_data
        asking.ask(
            partner=partner,
            certification=wanted["certification"],
            person=wanted["person"],
            actor=user,
            now=timezone.now(),
        )
        return _("The certificate is asked for.")

    if not form.is_valid():
        return _refused(request, partner, _("Choose a certification and for whom it is."))
    return _done(request, partner, act)


@requires(*MANAGERS)
@require_POST
def grant(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    user = person(request)
    partner, certificate = _certificate(user, uuid, pk)
    form = GrantForm(request.POST)

    def act() -> str:
        certificate.grant(starts_date=form.cleaned_data["starts_date"], actor=user, now=timezone.now())
        return _("%(certificate)s is granted.") % {"certificate": certificate}

    return _done(request, partner, act) if form.is_valid() else _refused(request, partner, _("Write a day."))


@requires(*MANAGERS)
@require_POST
def refusal(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    user = person(request)
    partner, certificate = _certificate(user, uuid, pk)

    def act() -> str:
        certificate.refuse(why=request.POST.get("why", "")[:400], actor=user, now=timezone.now())
        return _("%(certificate)s is refused.") % {"certificate": certificate}

    return _done(request, partner, act)


@requires(*MANAGERS)
@require_POST
def authorisations(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let the partner sell a product family from today on."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    held = partner.authorisations.current().values_list("family", flat=True)
    form = AuthorisationForm(request.POST, user=user, held=held)
    if not form.is_valid():
        return _refused(request, partner, _("Choose a product family that it does not sell yet."))
    family = form.cleaned_data["family"]
    partner.authorisations.create(family=family, since_date=timezone.localdate(), given_by=user)
    partner.note("authorisation.given", actor=user, now=timezone.now(), what=family)
    messages.success(request, _("%(partner)s may sell %(family)s.") % {"partner": partner, "family": family})
    return redirect("channel:partner-certificates", partner.uuid)


@requires(*MANAGERS)
@require_POST
def authorisation_end(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    row = get_object_or_404(partner.authorisations.current(), pk=pk)
    row.end(on_date=timezone.localdate())
    partner.note("authorisation.ended", actor=user, now=timezone.now(), what=row.family)
    messages.success(request, _("%(partner)s may sell %(family)s no longer.") % {"partner": partner, "family": row})
    return redirect("channel:partner-certificates", partner.uuid)


def _certificate(user: User, uuid: UUID, pk: int) -> tuple[Partner, Certificate]:
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    return partner, get_object_or_404(partner.certificates.select_related("certification", "person"), pk=pk)


def _done(request: HttpRequest, partner: Partner, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except CertificateRefused as refused:
        messages.error(request, str(refused))
    return redirect("channel:partner-certificates", partner.uuid)


def _refused(request: HttpRequest, partner: Partner, said: str) -> HttpResponse:
    messages.error(request, said)
    return redirect("channel:partner-certificates", partner.uuid)
