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

    return predicate
