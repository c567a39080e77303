"""The records that pages are about, as far as the person may do the action; anything else is 404."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.channel.models import Partner, Registration
from tradewind.crm.identity.models import User


def partner_named(user: User, uuid: UUID, action: ActionGroup = ActionGroup.READ) -> Partner:
    return get_object_or_404(scope(user, Partner.objects.with_status(), action), uuid=uuid)


def registration_named(user: User, uuid: UUID) -> Registration:
    """A registration whose address is confirmed; before that there is nothing to decide."""
    rows = scope(user, Registration).select_related(
        "approval__owner", "approval__decided_by", "wanted_type", "partner__organisation"
    )
    return get_object_or_404(rows, uuid=uuid, approval__isnull=False)
