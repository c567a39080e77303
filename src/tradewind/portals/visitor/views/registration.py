"""A company registers, and confirms its address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from tradewind.crm.channel import registrations
from tradewind.crm.channel.invitations import LinkSpent
from tradewind.crm.channel.letters import Link
from tradewind.crm.channel.links import LinkBroken, unseal
from tradewind.crm.channel.models import Registration
from tradewind.crm.channel.models.registration import CONFIRM
from tradewind.portals.visitor.forms import RegistrationForm
from tradewind.portals.visitor.limits import too_many


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(request.POST or None, instance=Registration(language=get_language() or "en"))
    if request.method == "POST" and too_many(request, "registration"):
        return render(request, "visitor/too_many.html", status=429)
    if request.method == "POST" and form.is_valid():
        registrations.register_company(form.save(commit=False), now=timezone.now(), link=_confirming(request))
        return redirect("visitor:registration-sent")
    return render(request, "visitor/registration.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "visitor/sent.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first, for programs that look after letters open their links, too."""
    found = _behind(token)
    if found is None:
        return render(request, "visitor/link.html", {"state": "broken"}, status=404)
    now = timezone.now()
    if request.method == "POST" and "again" in request.POST:
        return _send_again(request, found, token)
    if request.method == "POST":
        try:
            registrations.confirm(found, now=now)
        except LinkSpent:
            return redirect("visitor:confirmation", token)
        return render(request, "visitor/confirmed.html", {"registration": found})
    state = "used" if found.confirmed_at else "open" if found.is_open(now=now) else "expired"
    context = {"registration": found, "state": state}
    return render(request, "visitor/confirmation.html", context, status=200 if state == "open" else 410)


def _send_again(request: HttpRequest, found: Registration, token: str) -> HttpResponse:
    if too_many(request, "registration"):
        return render(request, "visitor/too_many.html", status=429)
    try:
        registrations.send_again(found, now=timezone.now(), link=_confirming(request))
    except LinkSpent:
        return redirect("visitor:confirmation", token)
    return redirect("visitor:registration-sent")


def _behind(token: str) -> Registration | None:
    try:
        return registrations.find(unseal(CONFIRM, token))
    except LinkBroken:
        return None


def _confirming(request: HttpRequest) -> Link:
    return lambda token: request.build_absolute_uri(reverse("visitor:confirmation", args=[token]))
