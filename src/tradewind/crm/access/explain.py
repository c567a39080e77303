"""Why somebody may do something with an object, or why not: right → rule → the path of actors on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.derivations import DerivationUnknownError, is_object_type
from tradewind.crm.access.meeting import KindsDifferError, Meeting
from tradewind.crm.access.models import AccessRight
from tradewind.crm.access.paths import (
    Met,
    names_of,
    object_trails,
    target_of,
    user_trails,
    where_they_meet,
)
from tradewind.crm.access.scope import in_code
from tradewind.crm.identity.models.holding import places_of

if TYPE_CHECKING:
    from tradewind.crm.identity.models import HeldRole, User

NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """A right that allows it, and where user and object meet."""

    right: AccessRight
    met: Met
    place: str
    """The company at which the role is held; nothing for a group and for what is held everywhere."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A right that would allow it, and everything that is missing for it, one sentence each."""

    right: AccessRight
    is_held: bool
    """Is the user one of those who have the right, so that only a relation is missing?"""
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    allowed: bool
    in_code: bool
    """The room itself lets the user see every such object, without any right in rows."""
    reasons: tuple[Reason, ...]
    """Each right that allows the action."""
    reasons_to_see: tuple[Reason, ...]
    """Each right that lets the object be seen, without which no other right counts."""
    obstacles: tuple[Obstacle, ...]
    """Where it is refused: what would have to change, the nearest first."""

    @property
    def nearest(self) -> Obstacle | None:
        return self.obstacles[0] if self.obstacles else None


def explain(user: User, record: Model, action: str = ActionGroup.READ, *, at: datetime | None = None) -> Explanation:
    """Why the user may do the action with an object now, or what is missing. For administrators: it names everything.

    Agrees with `scope`: it is allowed exactly if the object is among `scope(user, Model, action)`.
    """
    now, roles = at or timezone.now(), places_of(user)
    coded = is_coded(user, record)
    seen, unseen = weigh(user, record, ActionGroup.READ, roles, now=now)
    if action == ActionGroup.READ:
        reasons, obstacles = seen, unseen
        allowed = coded or bool(seen)
    else:
        reasons, obstacles = weigh(user, record, action, roles, now=now)
        allowed = bool(reasons) and (coded or bool(seen))
        obstacles = obstacles if not reasons else unseen
    nearest_first = sorted(obstacles, key=lambda found: (len(found.missing), not found.is_held, found.right.pk))
    return Explanation(
        allowed=allowed,
        in_code=coded,
        reasons=tuple(reasons),
        reasons_to_see=tuple(seen),
        obstacles=() if allowed else tuple(nearest_first),
    )


def is_coded(user: User, record: Model) -> bool:
    """Does the room let the user see the object without rows?"""
    usable = user.is_active and user.is_authenticated
    return usable and type(record)._default_manager.filter(pk=record.pk).filter(in_code(user, type(record))).exists()


def weigh(
    user: User, record: Model, action: str, roles: Sequence[HeldRole], *, now: datetime
) -> tuple[list[Reason], list[Obstacle]]:
    """Every right to do this with such objects: those that allow it, and what is missing for the others.

    Args:
        user: Who asks.
        record: About what.
        action: What is to be done with it.
        roles: Those that the user holds at companies.
        now: The moment.
    """
    if not is_object_type(type(record)):
        return [], []
    rights = AccessRight.objects.about(type(record)).filter(action=action).select_related("rule", "group")
    held = set(rights.held_by(user.pk).values_list("pk", flat=True)) if user.is_active else set()
    reasons, obstacles = [], []
    for right in latest_of_each(rights, now=now):
        try:
            meeting = right.rule.meeting()
        except (DerivationUnknownError, KindsDifferError):
            continue
        met = where_they_meet(meeting, user, record)
        missing = [
            *said_of_holder(right, user, roles, is_held=right.pk in held),
            *said_of_time(right, now=now),
            *([] if met else said_of_actors(meeting, user, record)),
            *said_of_filter(meeting, record),
        ]
        if met and not missing:
            places = [row.place for row in roles if row.counts and row.role == right.role]
            reasons.append(Reason(right, met, join(places)))
        else:
            obstacles.append(Obstacle(right, right.pk in held, tuple(missing)))
    return reasons, obstacles


def latest_of_each(rights: Iterable[AccessRight], *, now: datetime) -> Sequence[AccessRight]:
    """Of the rights that differ in nothing but time the one that is in force, else the one that began last."""
    latest: dict[tuple[int, str, int | None], AccessRight] = {}
    for right in sorted(rights, key=lambda right: (in_force(right, now), right.starts_at, right.pk)):
        latest[right.rule_id, right.role, right.group_id] = right
    return list(latest.values())


def in_force(right: AccessRight, now: datetime) -> bool:
    return right.starts_at <= now and (right.ends_at is None or right.ends_at > now)


# --- What is missing, in words


def said_of_holder(right: AccessRight, user: User, at: Sequence[HeldRole], *, is_held: bool) -> list[str]:
    """What is missing for the user to be one of those who have the right; `at` are roles held at companies."""
    if not user.is_active:
        return [_("%(user)s is switched off.") % {"user": user}]
    if is_held:
        return []
    if places := [row.place for row in at if row.role == right.role]:
        said = {"user": user, "holder": right.holder, "places": join(places)}
        return [_("%(user)s is not acting as: %(holder)s. That role is held at %(places)s only.") % said]
    return [_("%(user)s is not one of: %(holder)s.") % {"user": user, "holder": right.holder}]


def said_of_time(right: AccessRight, *, now: datetime) -> list[str]:
    if right.starts_at > now:
        return [_("The right begins on %(date)s.") % {"date": date_format(right.starts_at)}]
    if right.ends_at is not None and right.ends_at <= now:
        return [_("The right ended on %(date)s.") % {"date": date_format(right.ends_at)}]
    return []


def said_of_filter(meeting: Meeting, record: Model) -> list[str]:
    only = meeting.condition
    if only is None or type(record)._base_manager.filter(pk=record.pk).filter(only.condition()).exists():
        return []
    return [_("The rule is only for those that %(filter)s.") % {"filter": only.label}]


def said_of_actors(meeting: Meeting, user: User, record: Model) -> list[str]:
    """Which link is missing between the user's actors and the object's."""
    passed, trails = user_trails(meeting, user)
    hops = meeting.of_user.hops
    if passed < len(hops):
        here = [str(user)] if passed == 0 else names_of(target_of(hops[passed - 1]), shown(list(trails)))
        return [
            _("The path ends at %(from)s: no record says “%(relation)s”.")
            % {"from": join(here), "relation": hops[passed].label}
        ]
    actors = object_trails(meeting, record)
    if not actors:
        return [_("%(object)s has none of: %(actors)s.") % {"object": record, "actors": meeting.of_object.label}]
    mine = names_of(target_of(hops[-1]), shown(list(trails))) if hops else [str(user)]
    others = names_of(object_target(meeting, record), shown(list(actors)))
    return [
        _("No path goes from %(mine)s to %(others)s (%(actors)s).")
        % {"mine": join(mine), "others": join(others), "actors": meeting.of_object.label}
    ]


def object_target(meeting: Meeting, record: Model) -> type[Model] | None:
    hops = meeting.of_object.hops
    if hops:
        return target_of(hops[-1])
    related = record._meta.get_field(meeting.of_object.column).related_model
    return related if isinstance(related, type) else None


def shown(ids: list[object]) -> list[object]:
    return sorted(ids, key=str)[: NAMES_SHOWN + 1]


def join(names: Sequence[str]) -> str:
    """A few names with commas, and a sign for more."""
    return ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
