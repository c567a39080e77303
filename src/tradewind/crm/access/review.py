"""Looking back: which rights were in force on a date, by rules as they read then, and who changed what and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.crm.access.models.named import spoken
from tradewind.crm.identity.models import User


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
    """Every change of rules and rights in a time, the latest first."""
    given = AccessRight.objects.filter(granted_at__gte=since, granted_at__lt=until)
    ended = AccessRight.objects.filter(ended_at__gte=since, ended_at__lt=until)
    related = ("rule", "group", "granted_by", "ended_by")
    entries = [
        *(Entry(r.granted_at, r.granted_by, _("granted"), str(r), r.why) for r in given.select_related(*related)),
        *(
            Entry(r.ended_at or until, r.ended_by, _("ended"), str(r), r.why_ended)
            for r in ended.select_related(*related)
        ),
        *(
            Entry(
                version.history_date,
                version.history_user,
                _("written") if version.history_type == "+" else _("changed"),
                spoken(version.name, version.name_ro),
                version.history_change_reason or "",
            )
            for version in AccessRule.history.filter(history_date__gte=since, history_date__lt=until).select_related(
                "history_user"
            )
        ),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)
