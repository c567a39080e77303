"""What somebody leaves behind goes back to the company, where it is seen as work that nobody does."""

from __future__ import annotations

from datetime import datetime

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.identity.models import User
from tradewind.portals.partner.shelves import SHELVES


def hand_back(leaver: User, *, manager: User, now: datetime) -> int:
    """Take open work that the manager may hand on from somebody; how much there was."""
    given = 0
    for shelf in SHELVES:
        theirs = scope(manager, shelf.model, ActionGroup.WRITE).filter(assigned_to=leaver)
        for record in theirs.filter(**{f"{shelf.model.STATE}__in": shelf.model.OPEN}):
            record.assign(None, actor=manager, now=now)
            given += 1
    return given
