"""Which people of a partner buy and sell: they search its customers; others find one by its exact number only."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tradewind.crm.access.models import AccessGroup, AccessGroupMember
from tradewind.crm.identity.models import Role, User

SELLING: Final = "buying-and-selling"


def sells(user: User) -> bool:
    """Is this person in the user group that buys and sells?"""
    return AccessGroupMember.objects.current().filter(user=user, group__code=SELLING).exists()


def may_search_customers(user: User) -> bool:
    return user.has_role(Role.PARTNER_MANAGER) or sells(user)


def let_sell(user: User, *, allowed: bool, actor: User, now: datetime) -> None:
    """Put somebody into the group, or take them out of it."""
    group, _created = AccessGroup.objects.get_or_create(
        code=SELLING, defaults={"name": "Buying and selling", "name_ro": "Cumpărare și vânzare"}
    )
    if allowed:
        group.add(user, actor=actor, now=now)
    else:
        group.remove(user, actor=actor, now=now)
