"""The invitation that a link names; whoever holds the link need not be signed in."""

from __future__ import annotations

from tradewind.crm.parties.models import Invitation


def invitation_numbered(pk: int) -> Invitation | None:
    with_people = Invitation.objects.select_related("membership__user", "membership__organisation", "invited_by")
    return with_people.filter(pk=pk).first()
