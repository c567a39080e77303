"""What the hops of several rules lead to from one user, read in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet

from tradewind.crm.access.meeting import Meeting
from tradewind.crm.access.prepared import prepared, rows

MOST_READ: Final = 2_000
"""Values that are worth reading; of more than these a statement rather asks the subquery itself."""


def selected(user_id: int, meetings: Sequence[Meeting], *, using: str) -> list[frozenset[Any] | None]:
    """For each rule the values of the object's column, all of one type; None where there are more than `MOST_READ`."""
    parts, params = [], []
    for place, meeting in enumerate(meetings):
        words = prepared(("values", *meeting.names, MOST_READ), partial(few, meeting), using=using)
        if words.sql:
            parts.append(f"SELECT {place}, part.* FROM ({words.sql}) AS part")  # noqa: S608 - a number, and Django's SQL
            params += words.about(user_id, None)
    found: list[set[Any]] = [set() for _ in meetings]
    for place, value in rows(" UNION ALL ".join(parts), params, using=using) if parts else ():
        found[place].add(value)
    return [None if len(values) > MOST_READ else frozenset(values) for values in found]


def few(meeting: Meeting, user_id: int, _moment: datetime) -> QuerySet[Any, Any]:
    """One value more than is worth reading, if there are so many."""
    return meeting.column_values(user_id).distinct()[: MOST_READ + 1]
