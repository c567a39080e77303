"""The rights that an installation begins with, declared by the rooms and written once as rows.

What an administrator changes or ends afterwards stays so: a right that was ever written is not written again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_noop

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.identity.roles import Role

if TYPE_CHECKING:
    from tradewind.crm.access.models import AccessRule

AS_DELIVERED: Final = gettext_noop("As delivered")
"""Why the installation wrote something; kept in rows in English, read in the language of the reader."""


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """A rule with the rights that come with it."""

    code: str
    model: type[Model]
    names: tuple[str, str]
    """In English and in Romanian."""
    of_user: str
    of_object: str
    rights: Mapping[Role, tuple[ActionGroup, ...]]
    only: str = ""


_defaults: Final[dict[str, DefaultRule]] = {}


def default_rule(rule: DefaultRule) -> None:
    """Declare a rule that every installation begins with, from the room that owns the model.

    Raises:
        ValueError: the code is taken by another default rule.
    """
    if _defaults.setdefault(rule.code, rule) is not rule:
        raise ValueError(f"{rule.code} is declared already")


def default_rules() -> Mapping[str, DefaultRule]:
    return MappingProxyType(_defaults)


@transaction.atomic
def write_default_rights(*, now: datetime) -> int:
    """Write the default rules and rights that were never written; how many rows that took.

    Raises:
        ValidationError: a default rule names what nobody has declared.
    """
    from tradewind.crm.access.models import AccessRight, AccessRule  # noqa: PLC0415 (declared before models are loaded)

    rules = AccessRule.objects.in_bulk(list(_defaults), field_name="code")
    written = set(AccessRight.objects.filter(rule__in=rules.values()).values_list("rule", "role", "action"))
    new = [_written_rule(default, now=now) for code, default in _defaults.items() if code not in rules]
    rules |= {rule.code: rule for rule in new}
    rights = [
        AccessRight(
            rule=rules[code], role=role, action=action, starts_at=now, granted_at=now, granted_by=None, why=AS_DELIVERED
        )
        for code, default in _defaults.items()
        for role, actions in default.rights.items()
        for action in actions
        if (rules[code].pk, role, action) not in written
    ]
    AccessRight.objects.bulk_create(rights)
    return len(new) + len(rights)


def _written_rule(default: DefaultRule, *, now: datetime) -> AccessRule:
    from tradewind.crm.access.models import AccessRule  # noqa: PLC0415 (as above)

    rule = AccessRule(
        code=default.code,
        name=default.names[0],
        name_ro=default.names[1],
        object_type=default.model._meta.label_lower,
        actors_of_user=default.of_user,
        actors_of_object=default.of_object,
        object_filter=default.only,
    )
    rule.full_clean()
    rule.keep(actor=None, now=now, why=AS_DELIVERED)
    return rule
