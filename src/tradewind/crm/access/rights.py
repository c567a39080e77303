"""Grants as one condition on the objects of a model.

Every rule comes down to "a column of the object is among these values": the hops of both sides are walked from the
user, so that the object itself is looked up by an index of its own. The values are read first, in one statement; where
they are many, the condition holds the subquery instead. Rules about one column become one condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, ForeignKey, Model, Q, QuerySet, TextField

from tradewind.crm.access.among import Among
from tradewind.crm.access.derivations import ObjectFilter
from tradewind.crm.access.meeting import Meeting
from tradewind.crm.access.predicates import EVERYTHING, NOTHING, either, is_nothing
from tradewind.crm.access.selected import selected


@dataclass(slots=True)
class Branch:
    """One column of the objects with the values that count, under one filter."""

    column: str
    condition: ObjectFilter | None
    values: set[Any] = field(default_factory=set)
    queries: list[QuerySet[Any, Any]] = field(default_factory=list)

    def as_q(self) -> Q:
        """The condition of this branch; EVERYTHING, NOTHING where that is what it comes to."""
        if not self.column:
            return self.filtered(EVERYTHING)
        known = Q(**{f"{self.column}__in": sorted(self.values)}) if self.values else NOTHING
        return self.filtered(either(known, *(Q(Among(self.column, query)) for query in self.queries)))

    def filtered(self, q: Q) -> Q:
        return q & self.condition.condition() if self.condition and not is_nothing(q) else q


def condition_of(user_id: int, model: type[Model], meetings: Iterable[Meeting], *, using: str) -> Q:
    """What an object must be like so that the user meets it in at least one of these ways."""
    branches: dict[tuple[str, str], Branch] = {}
    for meeting in meetings:
        name = meeting.condition.name if meeting.condition else ""
        branch = branches.setdefault(
            (meeting.of_object.column, name), Branch(meeting.of_object.column, meeting.condition)
        )
        ids = meeting.column_values(user_id)
        if isinstance(ids, QuerySet):
            branch.queries.append(ids)
        else:
            branch.values.update(ids)
    read(model, list(branches.values()), using=using)
    return either(*(branch.as_q() for branch in branches.values()))


def read(model: type[Model], branches: Sequence[Branch], *, using: str) -> None:
    """Read what the branches' queries select, one statement for ids and one for texts; long ones stay queries."""
    asked = [(branch, query) for branch in branches if branch.column for query in branch.queries]
    for branch in branches:
        branch.queries = []
    for texts in (False, True):
        same = [(branch, query) for branch, query in asked if holds_text(model, branch.column) == texts]
        if not same:
            continue
        for (branch, query), values in zip(same, selected([query for _, query in same], using=using), strict=True):
            if values is None:
                branch.queries.append(query)
            else:
                branch.values |= values


def holds_text(model: type[Model], column: str) -> bool:
    """Is the column, or the key that it points to, a text?"""
    named = model._meta.get_field(column)
    return isinstance(named.target_field if isinstance(named, ForeignKey) else named, CharField | TextField)
