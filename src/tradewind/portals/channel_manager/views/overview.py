"""The first page of the channel: what needs doing now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import Approval, Certificate, Contract, Partner, Status
from tradewind.crm.channel.models.approval import ApprovalQuerySet
from tradewind.crm.channel.models.certificate import CertificateQuerySet
from tradewind.crm.channel.models.partner import PartnerQuerySet
from tradewind.crm.identity.models import User
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.duties import Duty
from tradewind.portals.ui.figures import day
from tradewind.portals.ui.person import person
from tradewind.portals.ui.shares import shares

SHOWN = 8
LATEST = 6
EXPIRES_SOON = dt.timedelta(days=30)


@requires(*READERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    partners: PartnerQuerySet = scope(user, Partner.objects.with_status())
    waiting = scope(user, Approval.objects.waiting())
    counts = partners.count_by_status()
    to_decide = waiting.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_date__lt=timezone.localdate(now))))
    context = {
        "shares": shares(Status, counts),
        "active": counts.get(Status.ACTIVE, 0),
        "coming": counts.get(Status.APPROVED, 0) + counts.get(Status.ONBOARDING, 0),
        "to_decide": to_decide,
        "todo": [
            *_decisions(user, waiting, now),
            *_certificates(user, now),
            *_still(partners, now),
            *_contracts(user, now),
        ],
        "latest": partners.in_status(Status.ACTIVE).latest_first()[:LATEST],
        "may_write": user.has_role(*MANAGERS),
    }
    return render(request, "channel_manager/overview.html", context)


def _decisions(user: User, waiting: ApprovalQuerySet, now: dt.datetime) -> Iterator[Duty]:
    today = timezone.localdate(now)
    for approval in waiting.select_related("registration", "owner").order_by("due_date", "pk")[:SHOWN]:
        registration, late = approval.registration, approval.due_date < today
        yield Duty(
            _("overdue") if late else day(approval.due_date),
            _("%(company)s wants to become a partner") % {"company": registration.company},
            _("%(number)s, %(city)s. %(owner)s decides.")
            % {"number": registration.vat_id, "city": registration.city, "owner": approval.owner or _("Nobody")},
            reverse("channel:registration", args=[registration.uuid]),
            _("Decide"),
            "bad" if late else "warn" if approval.owner_id == user.pk else "",
        )


def _certificates(user: User, now: dt.datetime) -> Iterator[Duty]:
    """What is asked for in one line, and what expires soon in another."""
    today = timezone.localdate(now)
    rows: CertificateQuerySet = scope(user, Certificate.objects.all())
    asked = rows.asked_for().count()
    if asked:
        title = ngettext("%(n)s certificate is asked for", "%(n)s certificates are asked for", asked) % {"n": asked}
        url = reverse("channel:certificate-list")
        yield Duty(_("this week"), title, _("Grant it, or say why not."), url, _("Decide"))
    expiring = rows.expiring(on_date=today, until=today + EXPIRES_SOON).count()
    if expiring:
        title = ngettext("%(n)s certificate expires", "%(n)s certificates expire", expiring) % {"n": expiring}
        url = reverse("channel:certificate-list")
        yield Duty(_("within 30 days"), title, _("Whoever held it loses it for the tier, too."), url, _("Look"))


def _contracts(user: User, now: dt.datetime) -> Iterator[Duty]:
    """Contracts that end soon."""
    today = timezone.localdate(now)
    soon = scope(user, Contract.objects.select_related("partner__organisation")).filter(
        ends_date__gte=today, ends_date__lte=today + EXPIRES_SOON
    )
    for contract in soon.order_by("ends_date", "pk")[:SHOWN]:
        yield Duty(
            day(contract.ends_date) if contract.ends_date else "",
            _("The contract with %(partner)s ends") % {"partner": contract.partner},
            str(contract),
            reverse("channel:partner-programme", args=[contract.partner.uuid]),
            _("Look"),
        )


def _still(partners: PartnerQuerySet, now: dt.datetime) -> Iterator[Duty]:
    for partner in partners.standing_still(now=now)[:SHOWN]:
        days = (now - partner.moved_at).days
        yield Duty(
            ngettext("%(n)s day", "%(n)s days", days) % {"n": days},
            _("Onboarding of %(partner)s stands still") % {"partner": partner},
            str(Status(partner.status_now).label),
            reverse("channel:partner", args=[partner.uuid]),
            _("Look"),
        )
