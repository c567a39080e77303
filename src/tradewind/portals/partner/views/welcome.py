"""Setting the first password by the link of an invitation, without sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tradewind.crm.parties import team
from tradewind.portals.partner.invitations import invitation_numbered
from tradewind.portals.partner.team_forms import WelcomeForm


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A link that was used, withdrawn, has expired or was never given says one and the same."""
    invitation = invitation_numbered(pk)
    now = timezone.now()
    if invitation is None or not invitation.admits(token, now=now):
        return render(request, "partner/welcome_gone.html", status=410)
    user = invitation.membership.user
    form = WelcomeForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            team.accept(invitation, password=form.cleaned_data["new_password1"], now=now)
        except team.TeamRefused:
            return render(request, "partner/welcome_gone.html", status=410)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    return render(request, "partner/welcome.html", {"form": form, "invitation": invitation})
