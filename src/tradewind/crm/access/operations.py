"""Writes of rights: each says who, when and why, none is ever overwritten, and none locks all administrators out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.derivations import object_types
from tradewind.crm.access.lockout import administrators, keeping_administrators
from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
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


def change_rule(rule: AccessRule, *, actor: User | None, now: datetime, why: str, **fields: Any) -> AccessRule:
    """Let a rule say something else from now on, for every right that names it.

    Raises:
        ValidationError: the new names stand for nothing, or another rule says the same.
        LockedOutError: no administrator could look at all objects of a kind any more; nothing was changed.
    """
    before = AccessRule.objects.values_list("object_type", flat=True).get(pk=rule.pk)
    with keeping_administrators({before, fields.get("object_type", rule.object_type)}, now=now):
        rule.change(actor=actor, now=now, why=why, **fields)
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


def end_right(right: AccessRight, *, actor: User | None, now: datetime, why: str) -> None:
    """Let nobody use a right from now on.

    Raises:
        LockedOutError: no administrator could look at all objects of its kind any more; nothing was changed.
    """
    with keeping_administrators([right.rule.object_type], now=now):
        right.end(actor=actor, now=now, why=why)


def remove_member(member: AccessGroupMember, *, actor: User | None, now: datetime) -> None:
    """Let somebody belong to a group no longer.

    Raises:
        LockedOutError: no administrator could look at all objects of a kind any more; nothing was changed.
    """
    named = AccessRight.objects.filter(group=member.group_id).values_list("rule__object_type", flat=True)
    with keeping_administrators(named.order_by(), now=now):
        member.group.remove(member.user, actor=actor, now=now)


def withdraw(user: User, role: Role, *, actor: User | None, now: datetime) -> None:
    """Let somebody hold a role of the brand owner no longer.

    Raises:
        LastAdministratorError: nobody else who can sign in is an administrator.
        LockedOutError: no administrator could look at all objects of a kind any more; nothing was changed.
    """
    with keeping_administrators(seen_by_administrator(user), now=now):
        user.withdraw(role, actor=actor, now=now)


def switch_off(user: User, *, now: datetime) -> None:
    """Let somebody sign in no longer.

    Raises:
        LastAdministratorError: nobody else who can sign in is an administrator.
        LockedOutError: no administrator could look at all objects of a kind any more; nothing was changed.
    """
    with keeping_administrators(seen_by_administrator(user), now=now):
        user.switch_off()


def seen_by_administrator(user: User) -> Iterable[str]:
    """What might be seen whole by nobody without this person: all kinds of objects, if it is an administrator."""
    return object_types() if administrators().filter(pk=user.pk).exists() else ()
