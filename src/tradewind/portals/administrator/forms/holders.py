"""Who may have a right: a role, or a user group."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tradewind.crm.access import scope
from tradewind.crm.access.models import AccessGroup
from tradewind.crm.identity.models import Role, User
from tradewind.portals.administrator.wording import NOTHING, Choices, Grouped, Offered

GROUP = "group:"


def holder_choices(user: User) -> Offered:
    groups: Choices = [(f"{GROUP}{group.code}", str(group)) for group in scope(user, AccessGroup)]
    found: Grouped = [(_("Roles"), list(Role.choices))]
    if groups:
        found.append((_("User groups"), groups))
    return [NOTHING, *found]


def holder_named(user: User, value: str) -> Role | AccessGroup | None:
    """What a choice stands for; None for none."""
    if value.startswith(GROUP):
        return scope(user, AccessGroup).filter(code=value.removeprefix(GROUP)).first()
    return Role(value) if value in Role.values else None
