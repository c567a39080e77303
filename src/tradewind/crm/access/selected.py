"""What the hops of several rules lead to from one user, read in one statement and once in a state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db.models import CharField, ForeignKey, QuerySet, TextField

from tradewind.crm.access.meeting import Meeting
from tradewind.crm.access.prepared import Prepared, prepared, put_together, rows
from tradewind.crm.access.state import State

MOST_READ: Final = 2_000
"""Values that are worth reading; of more than these a statement rather asks the subquery itself."""


def selected(user_id: int, meetings: Sequence[Meeting], *, state: State) -> list[frozenset[Any] | None]:
    """For each rule the values of the object's column; None where there are more than `MOST_READ`."""
    missing = unread(user_id, meetings, state=state)
    if missing:
        parts = partial(walks, missing, using=state.using)
        words = put_together(("walks", *named(missing)), parts, using=state.using)
        keep(user_id, missing, rows(words, user_id, using=state.using), state=state)
    return [state.known[key_of(user_id, meeting)] for meeting in meetings]


def unread(user_id: int, meetings: Iterable[Meeting], *, state: State) -> list[Meeting]:
    """Those whose values this state does not know yet, each walk once."""
    return list({m.walk: m for m in meetings if key_of(user_id, m) not in state.known}.values())


def walks(meetings: Sequence[Meeting], *, using: str) -> Iterable[tuple[str, Prepared]]:
    """The queries that lead to the values, with what a row of each consists of: its place, a number, a word."""
    for place, meeting in enumerate(meetings):
        words = prepared(("values", *meeting.walk, MOST_READ), partial(few, meeting), using=using)
        yield f"{place}, NULL, part.*" if gives_words(meeting) else f"{place}, part.*, NULL", words


def named(meetings: Iterable[Meeting]) -> tuple[Any, ...]:
    """What the words of these walks depend on."""
    return MOST_READ, *(meeting.walk for meeting in meetings)


def few(meeting: Meeting, user_id: int, _moment: datetime) -> QuerySet[Any, Any]:
    """One value more than is worth reading, if there are so many.

    One that is reached over two paths counts twice: to sort that out, SQLite reads the last hop from end to end.
    """
    return meeting.column_values(user_id)[: MOST_READ + 1]


def gives_words(meeting: Meeting) -> bool:
    """Is the object's column, or the key that it points to, a text?"""
    named = meeting.of_object.model._meta.get_field(meeting.of_object.column)
    return isinstance(named.target_field if isinstance(named, ForeignKey) else named, CharField | TextField)


def keep(user_id: int, meetings: Sequence[Meeting], found: Iterable[Sequence[Any]], *, state: State) -> None:
    """Note the values of each meeting. An empty one is no actor: nobody meets an object by what it does not have."""
    values: list[list[Any]] = [[] for _ in meetings]
    for place, number, word in found:
        values[place].append(number if word is None else word)
    for meeting, some in zip(meetings, values, strict=True):
        kept = None if len(some) > MOST_READ else frozenset(some) - {None}
        state.known[key_of(user_id, meeting)] = kept


def key_of(user_id: int, meeting: Meeting) -> tuple[Any, ...]:
    return "values", user_id, meeting.walk
