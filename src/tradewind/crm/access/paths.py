"""How one gets from a user or an object to an actor, step by step, with the names of what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Model

from tradewind.crm.access.derivations import EVERYBODY, Hop, Ids
from tradewind.crm.access.meeting import Meeting

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from tradewind.crm.identity.models import User

type Trail = tuple[Any, ...]
"""The ids passed on the way, the first and the last included."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: the relation, and the record that it leads to."""

    label: StrPromise
    to: str


@dataclass(frozen=True, slots=True)
class Met:
    """Where user and object meet: the paths that both take to one actor."""

    from_user: tuple[Step, ...]
    from_object: tuple[Step, ...]


def where_they_meet(meeting: Meeting, user: User, record: Model) -> Met | None:
    """One way in which the user meets the object; None if there is none. The filter of the rule is not asked."""
    if meeting.of_object.kind == EVERYBODY:
        return Met((), ())
    ends = object_trails(meeting, record)
    trail = trail_to(user.pk, meeting.of_user.hops, set(ends))
    if trail is None:
        return None
    column = record._meta.get_field(meeting.of_object.column)
    own = ends[trail[-1]]
    start = Step(meeting.of_object.label, name_of(column.related_model, own[0]))
    return Met(steps(meeting.of_user.hops, trail), (start, *steps(meeting.of_object.hops, own)))


def object_trails(meeting: Meeting, record: Model) -> dict[Any, Trail]:
    """Every actor of the object with one trail that leads to it."""
    field = record._meta.get_field(meeting.of_object.column)
    first = getattr(record, field.attname)  # type: ignore[union-attr]
    trails: dict[Any, Trail] = {} if first is None else {first: (first,)}
    for hop in meeting.of_object.hops:
        trails = onward(hop, trails)
    return trails


def user_trails(meeting: Meeting, user: User) -> tuple[int, dict[Any, Trail]]:
    """How many hops lead on from the user, and where the last of them arrives."""
    trails: dict[Any, Trail] = {user.pk: (user.pk,)}
    for passed, hop in enumerate(meeting.of_user.hops):
        further = onward(hop, trails)
        if not further:
            return passed, trails
        trails = further
    return len(meeting.of_user.hops), trails


def onward(hop: Hop, trails: dict[Any, Trail], *, towards: Ids | None = None) -> dict[Any, Trail]:
    rows = hop.rows().filter(**{f"{hop.source}__in": list(trails)})
    if towards is not None:
        rows = rows.filter(**{f"{hop.target}__in": towards})
    found: dict[Any, Trail] = {}
    for source, target in rows.order_by(hop.target, "pk").values_list(hop.source, hop.target):
        found.setdefault(target, (*trails[source], target))
    return found


def trail_to(start: int, hops: Sequence[Hop], goals: set[Any]) -> Trail | None:
    """A trail from the start over all hops to one of the goals, looking only at what leads there."""
    towards: list[Ids] = [tuple(goals)]
    for hop in reversed(hops):
        towards.append(hop.back(towards[-1]))
    trails: dict[Any, Trail] = {start: (start,)}
    for hop, ahead in zip(hops, reversed(towards[:-1]), strict=True):
        trails = onward(hop, trails, towards=ahead)
    return next((trail for end, trail in sorted(trails.items()) if end in goals), None)


def steps(hops: Sequence[Hop], trail: Trail) -> tuple[Step, ...]:
    return tuple(Step(hop.label, name_of(target_of(hop), to)) for hop, to in zip(hops, trail[1:], strict=True))


def target_of(hop: Hop) -> type[Model] | None:
    """The model that a hop leads to; None where it leads to a plain value."""
    return cast(type[Model] | None, hop.rows().model._meta.get_field(hop.target).related_model)


def name_of(model: type[Model] | None, pk: Any) -> str:
    found = model._base_manager.filter(pk=pk).first() if model else None
    return str(found if found is not None else pk)


def names_of(model: type[Model] | None, pks: Sequence[Any]) -> list[str]:
    """The names of some records in one query."""
    if model is None:
        return [str(pk) for pk in pks]
    return [str(row) for row in model._base_manager.filter(pk__in=list(pks)).order_by("pk")]
