"""The first page of the channel: what needs doing now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import Approval, Partner, Status
from tradewind.crm.channel.models.approval import ApprovalQuerySet
from tradewind.crm.channel.models.partner import PartnerQuerySet
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.figures import day
from tradewind.portals.ui.person import person

SHOWN = 8
LATEST = 6


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to do, with the page where it is done."""

    due: str
    title: str
    text: str
    url: str
    action: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many partners stand in one status."""

    status: str
    label: str | Promise
    number: int


@requires(*READERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    partners: PartnerQuerySet = scope(user, Partner.objects.with_status())
    waiting = scope(user, Approval.objects.waiting())
    counts = partners.count_by_status()
    to_decide = waiting.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_date__lt=timezone.localdate(now))))
    context = {
        "shares": [Share(status.value, status.label, counts.get(status.value, 0)) for status in Status],
        "active": counts.get(Status.ACTIVE, 0),
        "coming": counts.get(Status.APPROVED, 0) + counts.get(Status.ONBOARDING, 0),
        "to_decide": to_decide,
        "todo": [*_decisions(user, waiting, now), *_still(partners, now)],
        "latest": partners.in_status(Status.ACTIVE).latest_first()[:LATEST],
        "may_write": user.has_role(*MANAGERS),
    }
    return render(request, "channel_manager/overview.html", context)


def _decisions(user: User, waiting: ApprovalQuerySet, now: dt.datetime) -> Iterator[Todo]:
    today = timezone.localdate(now)
    for approval in waiting.select_related("registration", "owner").order_by("due_date", "pk")[:SHOWN]:
        registration, late = approval.registration, approval.due_date < today
        yield Todo(
            _("overdue") if late else day(approval.due_date),
            _("%(company)s wants to become a partner") % {"company": registration.company},
            _("%(number)s, %(city)s. %(owner)s decides.")
            % {"number": registration.vat_id, "city": registration.city, "owner": approval.owner or _("Nobody")},
            reverse("channel:registration", args=[registration.uuid]),
            _("Decide"),
            "bad" if late else "warn" if approval.owner_id == user.pk else "",
        )


def _still(partners: PartnerQuerySet, now: dt.datetime) -> Iterator[Todo]:
    for partner in partners.standing_still(now=now)[:SHOWN]:
        days = (now - partner.moved_at).days
        yield Todo(
            ngettext("%(n)s day", "%(n)s days", days) % {"n": days},
            _("Onboarding of %(partner)s stands still") % {"partner": partner},
            str(Status(partner.status_now).label),
            reverse("channel:partner", args=[partner.uuid]),
            _("Look"),
        )
