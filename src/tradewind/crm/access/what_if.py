"""What would change if a rule or a right were saved: who would see more or less, counted and with a few samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.derivations import object_type_named
from tradewind.crm.access.grants import granted
from tradewind.crm.access.models import AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.access.scope import condition
from tradewind.crm.identity.models import User
from tradewind.crm.identity.models.holding import holders_of as holders_of_roles

USERS_TRIED, SAMPLES = 10, 3


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody is about to save. Nothing of it is written."""

    rule: AccessRule | None = None
    """The rule as it would read; one that is saved already is meant to be changed."""
    grants: tuple[AccessRight, ...] = ()
    """Rights that would be given by one rule, unsaved."""
    end: AccessRight | None = None
    """A right that would end."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one user would gain and lose: how many objects, and the names of a few."""

    user: User
    gains: int
    loses: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    action: str
    users: int
    """How many people hold the rights concerned."""
    tried: int
    """For how many of them the difference was worked out."""
    differences: tuple[Difference, ...]
    """Those of them for whom something would change, the greatest change first."""


def what_if(change: Change, *, at: datetime | None = None) -> list[Effect]:
    """The effect of a change on everybody it concerns, one for each action.

    What people see bounds what they may do, so a right to read is tried for every action.

    Raises:
        ValueError: the change names neither a rule nor a right.
        ValidationError: the rule to be saved or given stands for nothing; a right by such a rule may end.
    """
    now = at or timezone.now()
    rule = rule_of(change)
    if change.rule is not None or change.grants:
        rule.clean()
    model = object_type_named(rule.object_type)
    if model is None:
        return []
    rights = concerned(change, rule, now=now)
    seeing = [right for right in rights if right.action == ActionGroup.READ]
    effects = []
    for action in ActionGroup.values:
        own = [right for right in rights if right.action == action]
        found = effect(change, [*own, *seeing], action, model, now=now) if own or seeing else None
        if found and (own or found.differences):
            effects.append(found)
    return effects


def rule_of(change: Change) -> AccessRule:
    if change.rule is not None:
        return change.rule
    for right in (*change.grants, change.end):
        if right is not None:
            return right.rule
    raise ValueError("a change names a rule or a right")


def concerned(change: Change, rule: AccessRule, *, now: datetime) -> list[AccessRight]:
    """The rights whose holders may notice the change."""
    rights = [right for right in (*change.grants, change.end) if right is not None]
    if change.rule is not None and rule.pk:
        rights += AccessRight.objects.in_force(now).filter(rule=rule.pk).select_related("group")
    return rights


def effect(change: Change, rights: Sequence[AccessRight], action: str, model: type[Model], *, now: datetime) -> Effect:
    holders = holders_of(rights)
    tried = list(holders.order_by("pk")[:USERS_TRIED])
    found = [difference(change, user, action, model, now=now) for user in tried]
    changed = [one for one in found if one.gains or one.loses]
    changed.sort(key=lambda one: -one.gains - one.loses)
    return Effect(action, holders.count(), len(tried), tuple(changed))


def holders_of(rights: Sequence[AccessRight]) -> QuerySet[User]:
    of_roles = holders_of_roles(right.role for right in rights if right.role)
    groups = [right.group_id for right in rights if right.group_id]
    members = AccessGroupMember.objects.current().filter(group__in=groups)
    return User.objects.filter(of_roles | Q(pk__in=members.order_by().values("user")), is_active=True)


def difference(change: Change, user: User, action: str, model: type[Model], *, now: datetime) -> Difference:
    rights = list(AccessRight.objects.in_force(now).about(model).held_by(user.pk).select_related("rule"))
    before = seen(user, model, action, rights)
    after = seen(user, model, action, changed_rights(change, user, rights, now=now))
    rows = model._default_manager.all()
    gained, lost = minus(rows, after, before), minus(rows, before, after)
    return Difference(user, gained.count(), lost.count(), samples(gained), samples(lost))


def changed_rights(
    change: Change, user: User, rights: Sequence[AccessRight], *, now: datetime
) -> Sequence[AccessRight]:
    """The user's rights as they would be."""
    kept = [right for right in rights if change.end is None or right.pk != change.end.pk]
    kept += [right for right in change.grants if is_held(right, user)]
    if change.rule is not None:
        for right in kept:
            if right.rule_id == change.rule.pk:
                right.rule = change.rule
    return kept


def is_held(right: AccessRight, user: User) -> bool:
    if right.role:
        return user.has_role(right.role)
    return AccessGroupMember.objects.current().filter(group=right.group_id, user=user).exists()


def seen(user: User, model: type[Model], action: str, rights: Iterable[AccessRight]) -> Q:
    """What the rights let the user do; one by a rule that code no longer knows grants nothing here either."""
    grants = [granted(right.action, *right.rule.names) for right in rights if right.action in {"read", action}]
    return condition(user, model, action, grants=[grant for grant in grants if grant])


def minus(rows: QuerySet[Model], one: Q, other: Q) -> QuerySet[Model]:
    """What fulfils the one and not the other; also where a column is empty, for which "not in" would be neither."""
    return rows.filter(one).exclude(pk__in=rows.filter(other).order_by().values("pk"))


def samples(rows: QuerySet[Model]) -> tuple[str, ...]:
    return tuple(str(row) for row in rows.order_by("pk")[:SAMPLES])
