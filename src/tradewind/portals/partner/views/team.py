"""The people of the company: everybody sees them, a manager looks after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel import team
from tradewind.crm.channel.letters import Link
from tradewind.crm.channel.models import Partner
from tradewind.crm.channel.team import Member, TeamRefused
from tradewind.crm.identity.models import Role, User
from tradewind.portals.partner.leaving import hand_back
from tradewind.portals.partner.pages import company_of, memberships_of, opened_for, see_other, show
from tradewind.portals.partner.rights import MANAGERS, PARTNER
from tradewind.portals.partner.team_forms import InviteForm, MemberForm
from tradewind.portals.ui.person import person


@requires(*PARTNER)
@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    user = person(request)
    companies = memberships_of(user)
    acting = next((row.organisation for row in companies if row.is_acting), None)
    context = {
        "members": team.team_of(acting) if acting else [],
        "manages": user.has_role(*MANAGERS),
        "now": timezone.now(),
    }
    return show(request, "partner/team.html", context, companies=companies)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def member_invite(request: HttpRequest) -> HttpResponse:
    user = person(request)
    partner = partner_here(user)
    form = InviteForm(request.POST or None, initial={"role": Role.PARTNER_EMPLOYEE, "language": user.language})
    if request.method == "POST" and not opened_for(request, partner.organisation):
        return see_other("partner:team")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"role": form.role_given()}
        try:
            invited = team.invite(**data, partner=partner, actor=user, now=timezone.now(), link=joining(request))
        except TeamRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, _("%(name)s gets a letter with a link.") % {"name": invited})
            return see_other("partner:team")
    return show(request, "partner/invite.html", {"form": form})


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """The role of one person."""
    user = person(request)
    partner = partner_here(user)
    found = member_here(partner, pk)
    initial = {"role": found.role or Role.PARTNER_EMPLOYEE, "sells": found.sells}
    form = MemberForm(request.POST or None, initial=initial)
    if request.method == "POST" and not opened_for(request, partner.organisation):
        return see_other("partner:team")
    if request.method == "POST" and form.is_valid():
        changed = {"role": form.role_given(), "sells": form.cleaned_data["sells"]}
        return _done(
            request,
            lambda: team.change(user=found.user, **changed, partner=partner, actor=user, now=timezone.now()),
            _("What %(name)s may do is changed.") % {"name": found.user},
        )
    return show(request, "partner/member.html", {"form": form, "member": found, "is_oneself": found.user == user})


@requires(*MANAGERS)
@require_POST
def member_invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    partner = partner_here(user)
    found = member_here(partner, pk)
    if not opened_for(request, partner.organisation):
        return see_other("partner:team")
    return _done(
        request,
        lambda: team.invite_again(
            user=found.user, partner=partner, actor=user, now=timezone.now(), link=joining(request)
        ),
        _("%(name)s gets a letter with a link.") % {"name": found.user},
    )


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def member_let_go(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    partner = partner_here(user)
    found = member_here(partner, pk)
    if request.method == "POST" and not opened_for(request, partner.organisation):
        return see_other("partner:team")
    if request.method == "POST":

        def let_go() -> None:
            with transaction.atomic():
                team.let_go(user=found.user, partner=partner, actor=user, now=timezone.now())
                hand_back(found.user, manager=user, now=timezone.now())

        return _done(request, let_go, _("%(name)s cannot sign in for your company any more.") % {"name": found.user})
    return show(
        request,
        "partner/delete.html",
        {
            "title": _("Let %(name)s go?") % {"name": found.user},
            "text": _("The account is closed at once; open work goes back to the company."),
            "action": reverse("partner:member-let-go", args=[pk]),
            "action_label": _("Let go"),
            "keep_url": reverse("partner:member", args=[pk]),
            "keep_label": _("Back"),
            "fields": [("for_company", partner.organisation_id)],
        },
    )


@requires(*MANAGERS)
@require_POST
def member_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    partner = partner_here(user)
    found = member_here(partner, pk)
    if not opened_for(request, partner.organisation):
        return see_other("partner:team")
    return _done(
        request,
        lambda: team.take_back(user=found.user, partner=partner, actor=user, now=timezone.now()),
        _("%(name)s works here again.") % {"name": found.user},
    )


def partner_here(user: User) -> Partner:
    """The partner that the person acts for; without one there is nobody to look after."""
    return get_object_or_404(scope(user, Partner).select_related("organisation"), organisation=company_of(user))


def member_here(partner: Partner, pk: int) -> Member:
    """Somebody of this company; anybody else does not exist."""
    found = next((one for one in team.team_of(partner.organisation) if one.user.pk == pk), None)
    if found is None:
        raise Http404
    return found


def joining(request: HttpRequest) -> Link:
    """The public page on which an invitation is used."""
    return lambda token: request.build_absolute_uri(reverse("visitor:invitation", args=[token]))


def _done(request: HttpRequest, act: Callable[[], Any], said: str) -> HttpResponse:
    try:
        act()
    except TeamRefused as refused:
        messages.warning(request, _("%(reason)s Nothing was changed.") % {"reason": refused})
    else:
        messages.success(request, said)
    return see_other("partner:team")
