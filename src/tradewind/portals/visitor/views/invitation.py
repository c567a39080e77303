"""A person of a partner comes in and sets a password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.channel import invitations
from tradewind.crm.channel.invitations import LinkSpent
from tradewind.crm.channel.links import LinkBroken, unseal
from tradewind.crm.channel.models import Invitation
from tradewind.crm.channel.models.invitation import JOIN
from tradewind.portals.visitor.forms import PasswordForm


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = _behind(token)
    if found is None:
        return render(request, "visitor/link.html", {"state": "broken"}, status=404)
    if not found.is_open(now=timezone.now()):
        state = "used" if found.used_at else "expired"
        return render(request, "visitor/link.html", {"state": state, "invitation": found}, status=410)
    has_one = found.user.has_usable_password()
    form = PasswordForm(request.POST or None, user=found.user)
    valid = form.is_valid()
    if request.method == "POST" and (has_one or valid):
        try:
            invitations.join(found, password=form.cleaned_data.get("password"), now=timezone.now())
        except LinkSpent:
            return redirect("visitor:invitation", token)
        messages.success(request, _("Welcome. Sign in with your address and your password."))
        return redirect("account_login")
    context = {"form": None if has_one else form, "invitation": found}
    return render(request, "visitor/invitation.html", context, status=422 if form.errors else 200)


def _behind(token: str) -> Invitation | None:
    try:
        return invitations.find(unseal(JOIN, token))
    except LinkBroken:
        return None
