"""Queries about one user, worked out once in a process and asked again and again: words are kept, never answers.

What asks such a query may not look at the clock, since the day it found would stay in the words. Words that hold a
date of their own are therefore refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

ASKER: Final = -(2**62) - 41
"""Stands for the user's id while a query is worked out; no row has it."""
MOMENT: Final = datetime(1111, 11, 11, 11, 11, 11, tzinfo=UTC)
"""Stands for the moment at which the query will be asked."""
A_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:|$)")
"""How databases without a type for them take dates and instants."""

type Query = Callable[[int, datetime], QuerySet[Any, Any]]


class FrozenClockError(ValueError):
    """A query that will be asked for as long as the process lives holds a date: it has looked at the clock."""


class AskerUnusedError(ValueError):
    """A query about one user does not depend on the user: it would find the same for everybody."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in the words of one database, with places for a user's id and a moment; no words: it finds nothing."""

    sql: str
    params: tuple[Any, ...] = ()

    def about(self, user_id: int, moment: object) -> list[Any]:
        """The parameters of the query about one user at a moment, which is given as the database takes it."""
        filled = {ASKER: user_id, MOMENT: moment}
        return [filled.get(param, param) for param in self.params]


_prepared: Final[dict[tuple[Any, ...], Prepared]] = {}


def prepared(key: tuple[Any, ...], query: Query, *, using: str) -> Prepared:
    """The words for a query, from a function that makes it for a user's id and a moment.

    The function is called once, so what it asks may depend on those two and on nothing else that changes.

    Raises:
        FrozenClockError: it depends on the clock.
        AskerUnusedError: it does not depend on the user.
    """
    key = (connections[using].vendor, *key)
    if key not in _prepared:
        _prepared[key] = _worked_out(query(ASKER, MOMENT), key, using=using)
    return _prepared[key]


def forget() -> None:
    """Work every query out anew from now on: for tests that change what queries are made of."""
    _prepared.clear()


def _worked_out(query: QuerySet[Any, Any], key: tuple[Any, ...], *, using: str) -> Prepared:
    try:
        sql, params = query.using(using).query.get_compiler(using=using).as_sql()
    except EmptyResultSet:
        return Prepared("")
    written = as_taken(MOMENT, using=using)
    found = tuple(MOMENT if param == written else param for param in params)
    if any(is_a_date(param) for param in found if param is not MOMENT):
        raise FrozenClockError(f"{key}: compare with a column that says what is current, not with today")
    if ASKER not in found:
        raise AskerUnusedError(str(key))
    return Prepared(sql, found)


def is_a_date(param: object) -> bool:
    return isinstance(param, date) or (isinstance(param, str) and A_DATE.match(param) is not None)


def as_taken(moment: datetime, *, using: str) -> Any:
    """A moment as the database takes it for a parameter."""
    return connections[using].ops.adapt_datetimefield_value(moment)


def rows(sql: str, params: list[Any], *, using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
