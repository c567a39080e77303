"""Conditions over a model, made from a user."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

from tradewind.crm.identity.roles import Role

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User

type Predicate = Callable[[User], Q]

EVERYTHING = Q()
NOTHING = Q(pk__in=())


def whoever_has(*roles: Role) -> Predicate:
    """Everything for holders of one of the roles, nothing for others."""

    def predicate(user: User) -> Q:
        return EVERYTHING if user.has_role(*roles) else NOTHING

    predicate.__dict__["roles"] = frozenset(roles)
    return predicate


def is_everything(condition: Q) -> bool:
    """Does every object fulfil it? Two conditions are not compared with `==`, which would run their subqueries."""
    return not condition.children


def is_nothing(condition: Q) -> bool:
    return condition.children == NOTHING.children and not condition.negated


def either(*conditions: Q) -> Q:
    """What fulfils at least one condition: everything if one of them is everything, which `|` would drop."""
    meant = [condition for condition in conditions if not is_nothing(condition)]
    if any(map(is_everything, meant)):
        return EVERYTHING
    found = meant[0] if meant else NOTHING
    for condition in meant[1:]:
        found |= condition
    return found


def both(one: Q, other: Q) -> Q:
    """What fulfils both conditions."""
    return NOTHING if is_nothing(one) or is_nothing(other) else one & other
