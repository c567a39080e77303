"""What the company and its people are certified for, until when, and asking for more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tradewind.crm.access import requires
from tradewind.crm.channel import certificates as asking
from tradewind.crm.channel.models import CertificateRefused, Partner
from tradewind.crm.identity.models import User
from tradewind.portals.partner.company_forms import AskForm
from tradewind.portals.partner.pages import opened_for, see_other, show
from tradewind.portals.partner.rights import MANAGERS
from tradewind.portals.partner.views.team import partner_here
from tradewind.portals.ui.person import person


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    user = person(request)
    partner = partner_here(user)
    form = AskForm(request.POST if request.method == "POST" else None, user=user, partner=partner)
    if request.method == "POST" and not opened_for(request, partner.organisation):
        return see_other("partner:certificates")
    if request.method == "POST" and form.is_valid() and asked(request, partner, user, form):
        return see_other("partner:certificates")
    today = timezone.localdate()
    held = [
        (each, each.is_valid(on_date=today), each.ends_soon(on_date=today), each.may_be_asked_again(on_date=today))
        for each in asking.held_by(partner)
    ]
    context = {"held": held, "form": form, "today": today}
    return show(request, "partner/certificates.html", context, status=422 if form.errors else 200)


def asked(request: HttpRequest, partner: Partner, user: User, form: AskForm) -> bool:
    """Was the certificate asked for? Otherwise the form says why not."""
    try:
        asking.ask(**form.cleaned_data, partner=partner, actor=user, now=timezone.now())
    except CertificateRefused as refused:
        form.add_error("person", str(refused))
        return False
    messages.success(request, _("The brand owner has been asked and answers here."))
    return True
