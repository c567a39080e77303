"""Who works for a partner, and who is invited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradewind.crm.access import ActionGroup, requires, scope
from tradewind.crm.channel import operations
from tradewind.crm.channel.invitations import InvitationRefused, invite, send_link
from tradewind.crm.channel.letters import Link
from tradewind.crm.channel.models import Invitation, Partner, StepRefused
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership
from tradewind.portals.channel_manager.forms.partners import FirstManagerForm, PersonForm
from tradewind.portals.channel_manager.records import partner_named
from tradewind.portals.channel_manager.rights import MANAGERS
from tradewind.portals.ui.person import person


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works for the partner, with the invitation that let them in or will."""

    user: User
    role: str | Promise
    """What they are at this partner, whatever they are elsewhere."""
    since_date: dt.date
    invitation: Invitation | None
    waits: bool
    expired: bool


def people_of(partner: Partner, *, now: dt.datetime) -> list[Colleague]:
    """The people of today, in three queries."""
    latest = {one.user_id: one for one in partner.invitations.order_by("invited_at", "pk")}
    rows = partner.organisation.memberships.current().select_related("user").prefetch_related("roles")
    return [_colleague(row, latest.get(row.user_id), now) for row in rows.order_by("user__name", "pk")]


def _colleague(row: Membership, invitation: Invitation | None, now: dt.datetime) -> Colleague:
    role = next((held.get_role_display() for held in row.roles.all() if held.ended_at is None), "")
    waits = invitation is not None and invitation.used_at is None
    return Colleague(
        row.user,
        role,
        row.since_date,
        invitation,
        waits=waits,
        expired=waits and invitation is not None and not invitation.is_open(now=now),
    )


@requires(*MANAGERS)
@require_POST
def admission(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve a partner that was recruited by hand, and invite its first manager."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    form = FirstManagerForm(request.POST)

    def act() -> None:
        operations.admit(
            partner,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            language=form.cleaned_data["language"],
            actor=user,
            now=timezone.now(),
            link=joining(request),
        )

    return _answer(request, partner, form, act)


@requires(*MANAGERS)
@require_POST
def invitation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Invite a person, or send somebody who has not come in yet a new link."""
    user = person(request)
    partner = partner_named(user, uuid, ActionGroup.WRITE)
    if "again" in request.POST:
        return _again(request, partner)
    form = PersonForm(request.POST)

    def act() -> None:
        invite(
            partner=partner,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            language=form.cleaned_data["language"],
            actor=user,
            now=timezone.now(),
            link=joining(request),
        )

    return _answer(request, partner, form, act)


def joining(request: HttpRequest) -> Link:
    """The public page on which an invitation is used."""
    return lambda token: request.build_absolute_uri(reverse("visitor:invitation", args=[token]))


def _again(request: HttpRequest, partner: Partner) -> HttpResponse:
    user = person(request)
    members = partner.organisation.memberships.current().values("user")
    wanted = request.POST["again"]
    found = get_object_or_404(scope(user, User).filter(pk__in=members), pk=int(wanted) if wanted.isdecimal() else 0)
    send_link(partner=partner, user=found, actor=user, now=timezone.now(), link=joining(request))
    messages.success(request, _("%(person)s gets a new link; the old one is good no longer.") % {"person": found})
    return redirect("channel:partner", partner.uuid)


def _answer(request: HttpRequest, partner: Partner, form: PersonForm, act: Callable[[], None]) -> HttpResponse:
    if not form.is_valid():
        messages.error(request, _("Write a name and an e-mail address. Nobody was invited."))
        return redirect("channel:partner", partner.uuid)
    try:
        act()
    except (InvitationRefused, StepRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(person)s is invited.") % {"person": form.cleaned_data["name"]})
    return redirect("channel:partner", partner.uuid)
