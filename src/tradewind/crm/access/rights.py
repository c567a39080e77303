"""Grants as one condition on the objects of a model.

Every rule comes down to "a column of the object is among these values": the hops of both sides are walked from the
user, so that the object itself is looked up by an index of its own. The values are read first, in one statement; where
they are many, the condition holds the subquery instead. Rules about one column become one condition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from tradewind.crm.access.among import Among
from tradewind.crm.access.derivations import ObjectFilter
from tradewind.crm.access.meeting import Meeting
from tradewind.crm.access.predicates import EVERYTHING, NOTHING, either, is_nothing
from tradewind.crm.access.selected import selected
from tradewind.crm.access.state import State


@dataclass(frozen=True, slots=True)
class Branch:
    """One column of the objects under one filter, and what leads to the values that count."""

    column: str
    condition: ObjectFilter | None
    holds_the_user: bool
    """Does the user's own id count, without a hop between?"""
    meetings: tuple[Meeting, ...]

    def as_q(self, user_id: int, state: State) -> Q:
        """The condition of this branch; EVERYTHING, NOTHING where that is what it comes to."""
        if not self.column:
            return self.filtered(EVERYTHING)
        values: set[Any] = {user_id} if self.holds_the_user else set()
        queries = []
        for meeting, found in zip(self.meetings, selected(user_id, self.meetings, state=state), strict=True):
            if found is None:
                queries.append(Q(Among(self.column, meeting.column_values(user_id))))
            else:
                values |= found
        return self.filtered(either(self.held(values), *queries))

    def held(self, values: set[Any]) -> Q:
        """The column holds one of these values."""
        if len(values) > 1:
            return Q((f"{self.column}__in", sorted(values)))
        return Q((self.column, *values)) if values else NOTHING

    def filtered(self, q: Q) -> Q:
        return q & self.condition.condition() if self.condition and not is_nothing(q) else q


@dataclass(frozen=True, slots=True)
class Plan:
    """What grants ask for, before anything of a user is known."""

    branches: tuple[Branch, ...] = ()

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """All whose values have to be read."""
        return tuple(meeting for branch in self.branches for meeting in branch.meetings)


def plan_of(meetings: Iterable[Meeting]) -> Plan:
    """The meetings by columns and filters."""
    met: dict[tuple[str, str], list[Meeting]] = {}
    for meeting in meetings:
        only = meeting.condition
        met.setdefault((meeting.of_object.column, only.name if only else ""), []).append(meeting)
    return Plan(tuple(branch_of(column, together) for (column, _filter), together in met.items()))


def branch_of(column: str, meetings: Iterable[Meeting]) -> Branch:
    some = tuple(meetings)
    walked = {meeting.walk: meeting for meeting in some if column and not meeting.is_the_user}
    holds_the_user = bool(column) and any(meeting.is_the_user for meeting in some)
    return Branch(column, some[0].condition, holds_the_user, tuple(walked.values()))


def condition_of(user_id: int, plan: Plan, *, state: State) -> Q:
    """What an object must be like so that the user meets it in at least one of these ways."""
    selected(user_id, plan.meetings, state=state)  # of all branches at once
    return either(*(branch.as_q(user_id, state) for branch in plan.branches))
