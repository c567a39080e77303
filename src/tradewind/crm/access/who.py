"""Who can do something with an object: the paths walked from the object back to users."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.derivations import EVERYBODY, DerivationUnknownError, Ids
from tradewind.crm.access.meeting import KindsDifferError, Meeting
from tradewind.crm.access.models import AccessGroupMember, AccessRight
from tradewind.crm.access.scope import roles_in_code
from tradewind.crm.identity.models import User
from tradewind.crm.identity.models.holding import holders_of


def who_can(record: Model, action: str = ActionGroup.READ, *, at: datetime | None = None) -> QuerySet[User]:
    """Everybody who may do the action with an object now, in one query.

    Raises:
        SightNotListedError: code decides user by user who sees the model, so that they cannot be listed.
    """
    now = at or timezone.now()
    users = User.objects.filter(is_active=True)
    seeing = granted(record, ActionGroup.READ, now=now) | holders_of(roles_in_code(type(record)))
    return users.filter(seeing if action == ActionGroup.READ else seeing & granted(record, action, now=now))


def granted(record: Model, action: str, *, now: datetime) -> Q:
    """The users whom rights in force let do this with the object."""
    rights = AccessRight.objects.in_force(now).about(type(record)).filter(action=action).select_related("rule")
    return reduce(or_, (users_by(right, record) for right in rights), Q(pk__in=()))


def users_by(right: AccessRight, record: Model) -> Q:
    """The holders of a right who meet the object by its rule."""
    try:
        meeting = right.rule.meeting()
    except (DerivationUnknownError, KindsDifferError):
        return Q(pk__in=())
    if not passes(meeting, record):
        return Q(pk__in=())
    holders = holders_of((right.role,)) if right.role else members_of(right)
    return holders & Q(pk__in=user_ids(meeting, record)) if meeting.of_object.kind != EVERYBODY else holders


def passes(meeting: Meeting, record: Model) -> bool:
    only = meeting.condition
    return only is None or type(record)._base_manager.filter(pk=record.pk).filter(only.condition()).exists()


def user_ids(meeting: Meeting, record: Model) -> Ids:
    """The users that meet the object: its own hops walked forward, the users' ones backward."""
    field = record._meta.get_field(meeting.of_object.column)
    ids: Ids = (getattr(record, field.attname),)  # type: ignore[union-attr]
    for hop in meeting.of_object.hops:
        ids = hop.onward(ids)
    for hop in reversed(meeting.of_user.hops):
        ids = hop.back(ids)
    return ids


def members_of(right: AccessRight) -> Q:
    return Q(pk__in=AccessGroupMember.objects.current().filter(group=right.group_id).order_by().values("user"))
