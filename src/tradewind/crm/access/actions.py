"""Named rights: what a role may do beyond seeing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewind.crm.identity.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tradewind.crm.identity.models import User

_allowed: dict[str, frozenset[Role]] = {}


class ActionUnknownError(LookupError):
    """Nobody has said who may do this."""


def allow(action: str, *roles: Role) -> None:
    """Say which roles may do an action, for example `offer.release`; once, from the room that owns it.

    Raises:
        ValueError: the action has other roles already.
    """
    if _allowed.setdefault(action, frozenset(roles)) != frozenset(roles):
        raise ValueError(f"{action} is allowed to others already")


def may(user: User | AnonymousUser, action: str) -> bool:
    """May this person do the action?

    Raises:
        ActionUnknownError: nobody has allowed it to anyone.
    """
    if action not in _allowed:
        raise ActionUnknownError(action)
    return user.is_authenticated and user.has_role(*_allowed[action])
