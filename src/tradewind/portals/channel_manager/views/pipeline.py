"""Companies on their way to becoming partners, by how far they have come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from tradewind.crm.access import requires, scope
from tradewind.crm.channel.models import Approval, Partner, Status
from tradewind.portals.channel_manager.rights import MANAGERS, READERS
from tradewind.portals.ui.person import person

ON_THE_WAY = (Status.RECRUITED, Status.REGISTERED, Status.APPROVED, Status.ONBOARDING)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One status with the partners in it, those who wait longest first."""

    status: Status
    label: str | Promise
    partners: list[Partner]
    approvals: list[Approval]

    @property
    def size(self) -> int:
        return len(self.partners) + len(self.approvals)


@requires(*READERS)
@require_safe
def pipeline(request: HttpRequest) -> HttpResponse:
    user = person(request)
    rows = scope(user, Partner.objects.with_status().in_status(*ON_THE_WAY).waiting_first()).annotate(
        steps_all=Count("steps"), steps_done=Count("steps", filter=Q(steps__done_at__isnull=False))
    )
    by_status: defaultdict[str, list[Partner]] = defaultdict(list)
    for partner in rows[:SHOWN]:
        by_status[partner.status_now].append(partner)
    waiting = list(scope(user, Approval.objects.waiting()).select_related("registration", "owner")[:SHOWN])
    columns = [
        Column(status, status.label, by_status[status], waiting if status == Status.REGISTERED else [])
        for status in ON_THE_WAY
    ]
    context = {"columns": columns, "today": timezone.localdate(), "may_write": user.has_role(*MANAGERS)}
    return render(request, "channel_manager/pipeline.html", context)
