"""Writes of rights: each says who, when and why, and none is ever overwritten."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.identity.models import User
from tradewind.crm.identity.roles import Role


@transaction.atomic
def create_rule(rule: AccessRule, *, actor: User | None, now: datetime, why: str) -> AccessRule:
    """Save a new rule; it grants nothing until a right names it.

    Raises:
        ValidationError: its names stand for nothing, or another rule says the same.
    """
    rule.full_clean()
    rule.keep(actor=actor, now=now, why=why)
    return rule


@transaction.atomic
def grant(
    *,
    rule: AccessRule,
    action: ActionGroup,
    holder: Role | AccessGroup,
    actor: User | None,
    now: datetime,
    why: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> AccessRight:
    """Let a role or a group do something by a rule, from now or another instant on.

    Raises:
        ValidationError: they may do so already, no reason is given, or the right would end before it begins.
    """
    right = AccessRight(
        rule=rule,
        role=holder if isinstance(holder, Role) else "",
        group=holder if isinstance(holder, AccessGroup) else None,
        action=action,
        starts_at=starts_at or now,
        ends_at=ends_at,
        granted_at=now,
        granted_by=actor,
        why=why,
    )
    right.full_clean()
    right.save()
    return right
