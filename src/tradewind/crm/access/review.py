"""Looking back: which rights were in force on a date, by rules as they read then, and who changed what and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tradewind.crm.access.models import AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.access.models.named import spoken
from tradewind.crm.identity.models import User
from tradewind.crm.identity.models.holding import sources


@dataclass(frozen=True, slots=True)
class RightThen:
    """A right of that date and what its rule said."""

    right: AccessRight
    rule_name: str
    object_type: str
    actors_of_user: str
    actors_of_object: str
    object_filter: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, for the list of all of them."""

    at: datetime
    actor: User | None
    what: str
    about: str
    why: str


def rights_at(moment: datetime) -> list[RightThen]:
    """Every right in force at a moment, with its rule as it read then."""
    rights = AccessRight.objects.in_force(moment).filter(granted_at__lte=moment).select_related("rule", "group")
    versions = AccessRule.history.filter(history_date__lte=moment).order_by("history_date", "history_id")
    then = {version.id: version for version in versions.filter(id__in=rights.values("rule"))}
    return [
        RightThen(
            right=right,
            rule_name=spoken(then[right.rule_id].name, then[right.rule_id].name_ro),
            object_type=then[right.rule_id].object_type,
            actors_of_user=then[right.rule_id].actors_of_user,
            actors_of_object=then[right.rule_id].actors_of_object,
            object_filter=then[right.rule_id].object_filter,
        )
        for right in rights
        if right.rule_id in then
    ]


def changes(since: datetime, until: datetime) -> list[Entry]:
    """Every change of rules, rights, groups and roles in a time, the latest first."""
    told = (*rules_written(since, until), *rights_changed(since, until), *belonging(since, until))
    return sorted((entry for entry in told if since <= entry.at < until), key=lambda entry: entry.at, reverse=True)


def rules_written(since: datetime, until: datetime) -> Iterator[Entry]:
    versions = AccessRule.history.filter(history_date__gte=since, history_date__lt=until)
    for version in versions.select_related("history_user"):
        what = _("written") if version.history_type == "+" else _("changed")
        about, why = spoken(version.name, version.name_ro), version.history_change_reason or ""
        yield Entry(version.history_date, version.history_user, what, about, why)


def rights_changed(since: datetime, until: datetime) -> Iterator[Entry]:
    rights = AccessRight.objects.select_related("rule", "group", "granted_by", "ended_by")
    for right in rights.filter(within("granted_at", since, until) | within("ended_at", since, until)):
        yield Entry(right.granted_at, right.granted_by, _("granted"), str(right), right.why)
        if right.ended_at:
            yield Entry(right.ended_at, right.ended_by, pgettext("right", "ended"), str(right), right.why_ended)


def belonging(since: datetime, until: datetime) -> Iterator[Entry]:
    """Who came to a group or a role, and who left it."""
    members = AccessGroupMember.objects.select_related("user", "group", "added_by", "ended_by")
    for member in members.filter(within("added_at", since, until) | within("ended_at", since, until)):
        yield from stay(str(member), (member.added_at, member.added_by), (member.ended_at, member.ended_by))
    for source in sources():
        roles = source.model._default_manager.select_related(*source.names, "granted_by", "ended_by")
        for role in roles.filter(within("granted_at", since, until) | within("ended_at", since, until)):
            yield from stay(str(role), (role.granted_at, role.granted_by), (role.ended_at, role.ended_by))


def stay(
    about: str, begun: tuple[datetime, User | None], ended: tuple[datetime | None, User | None]
) -> Iterator[Entry]:
    yield Entry(begun[0], begun[1], _("added"), about, "")
    if ended[0]:
        yield Entry(ended[0], ended[1], _("taken out"), about, "")


def within(field: str, since: datetime, until: datetime) -> Q:
    return Q(**{f"{field}__gte": since, f"{field}__lt": until})
