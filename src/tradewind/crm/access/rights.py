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
    asked: list[tuple[Branch, Meeting]] = []
    for meeting in meetings:
        column, only = meeting.of_object.column, meeting.condition
        branch = branches.setdefault((column, only.name if only else ""), Branch(column, only))
        if meeting.is_the_user:
            branch.values.add(user_id)
        elif column:
            asked.append((branch, meeting))
    for texts in (False, True):
        read(user_id, [pair for pair in asked if holds_text(model, pair[0].column) == texts], using=using)
    return either(*(branch.as_q() for branch in branches.values()))


def read(user_id: int, asked: Sequence[tuple[Branch, Meeting]], *, using: str) -> None:
    """Read the values of rules into their branches in one statement; those of which there are many stay queries."""
    found = selected(user_id, [meeting for _, meeting in asked], using=using)
    for (branch, meeting), values in zip(asked, found, strict=True):
        if values is None:
            branch.queries.append(meeting.column_values(user_id))
        else:
            branch.values |= values


def holds_text(model: type[Model], column: str) -> bool:
    """Is the column, or the key that it points to, a text?"""
    named = model._meta.get_field(column)
    return isinstance(named.target_field if isinstance(named, ForeignKey) else named, CharField | TextField)
