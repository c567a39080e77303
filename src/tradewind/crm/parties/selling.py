"""Which people of a partner buy and sell: they search its customers; others find one by its exact number only."""

from __future__ import annotations

from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import MembershipRole


def sells(user: User) -> bool:
    """Does this person buy and sell at the company they act for?"""
    return MembershipRole.objects.counting().filter(membership__user=user, sells=True).exists()


def may_search_customers(user: User) -> bool:
    return user.has_role(Role.PARTNER_MANAGER) or sells(user)
