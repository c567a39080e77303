"""The rights that one user has, read once in a state of the database."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.utils import timezone

from tradewind.crm.access.derivations import DerivationUnknownError
from tradewind.crm.access.meeting import KindsDifferError, Meeting
from tradewind.crm.access.models import AccessRight
from tradewind.crm.access.prepared import Prepared, forgotten, kept, prepared, put_together, rows
from tradewind.crm.access.rights import Plan, plan_of
from tradewind.crm.access.selected import keep, named, unread, walks
from tradewind.crm.access.state import State

log = logging.getLogger(__name__)

RIGHTS: Final = -1
"""The place of rights among the parts of a statement, beside those of walks, which are numbered."""

type Row = tuple[str, str, str, str, str]
"""The action of a right, and the names of its rule."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A right in force as code understands it."""

    action: str
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks about what, as far as that tells what they will need."""

    model: type[Model]
    actions: frozenset[str]
    roles: frozenset[str]


_needed: Final[dict[Asked, tuple[Meeting, ...]]] = forgotten({})
"""What the last one who asked so needed to read, so that it is read with the rights. It is never more than a guess."""


def plans_of(user_id: int, asked: Asked, *, state: State) -> Mapping[str, Plan]:
    """For each action what the user's roles and groups are granted; a rule that code no longer knows grants nothing."""
    held = state.known.get(("rights", user_id))
    if held is None:
        held = state.known["rights", user_id] = read(user_id, _needed.get(asked, ()), state=state)
    about = asked.model._meta.label_lower
    plans = understood(tuple(sorted(row for row in held if row[1] == about)))
    found = {action: plans[action] for action in asked.actions if action in plans}
    _needed[asked] = tuple(meeting for plan in found.values() for meeting in plan.meetings)
    return found


def read(user_id: int, meetings: Sequence[Meeting], *, state: State) -> list[Row]:
    """Every right that the user holds now, about whatever objects, and beside them the values of some meetings."""
    wanted = unread(user_id, meetings, state=state)
    words = put_together(("rights", *named(wanted)), lambda: rights_and_walks(wanted, state.using), using=state.using)
    found = rows(words, user_id, timezone.now(), using=state.using)
    keep(user_id, wanted, (row[:3] for row in found if row[0] != RIGHTS), state=state)
    return [row[2:] for row in found if row[0] == RIGHTS]


def rights_and_walks(meetings: Sequence[Meeting], using: str) -> Iterator[tuple[str, Prepared]]:
    yield f"{RIGHTS}, CAST(NULL AS bigint), part.*", prepared(("rights",), held_by, using=using)
    for row, words in walks(meetings, using=using):
        yield f"{row}, NULL, NULL, NULL, NULL", words


def held_by(asker: int, moment: datetime) -> QuerySet[Any, Any]:
    names = ("rule__object_type", "rule__actors_of_user", "rule__actors_of_object", "rule__object_filter")
    return AccessRight.objects.in_force(moment).held_by(asker).order_by().values_list("action", *names)


@kept
def understood(held: tuple[Row, ...]) -> Mapping[str, Plan]:
    """The rights to one kind of object, by action."""
    grants = [grant for row in held if (grant := granted(*row))]
    actions = {grant.action for grant in grants}
    return {action: plan_of(grant.meeting for grant in grants if grant.action == action) for action in actions}


def granted(action: str, object_type: str, of_user: str, of_object: str, condition: str) -> Grant | None:
    try:
        return Grant(action, Meeting.named(object_type, of_user, of_object, condition))
    except (DerivationUnknownError, KindsDifferError) as fault:
        log.error("a right grants nothing, since its rule is not understood: %s", fault)
        return None
