"""Queries about one user, worked out once in a process and asked again and again: words are kept, never answers.

What asks such a query may not look at the clock, since the day it found would stay in the words. Words that hold a
date of their own are therefore refused. PostgreSQL, which takes longer to plan these than to answer them, keeps the
plans too, one a connection; SQLite keeps them by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

ASKER: Final = -(2**62) - 41
"""Stands for the user's id while a query is worked out; no row has it."""
MOMENT: Final = datetime(1111, 11, 11, 11, 11, 11, tzinfo=UTC)
"""Stands for the moment at which the query will be asked."""
A_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:|$)")
"""How databases without a type for them take dates and instants."""

A_PLACE: Final = re.compile("%%|%s")

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


_prepared: Final[dict[tuple[Any, ...], Prepared]] = {}
_kept: Final[list[Callable[[], None]]] = []


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


def put_together(key: tuple[Any, ...], parts: Callable[[], Iterable[tuple[str, Prepared]]], *, using: str) -> Prepared:
    """Several queries as one statement: each part with what a row of it consists of; a part without words has none."""
    key = (connections[using].vendor, *key)
    if key not in _prepared:
        said = [(row, words) for row, words in parts() if words.sql]
        sql = " UNION ALL ".join(f"SELECT {row} FROM ({words.sql}) AS part" for row, words in said)  # noqa: S608
        _prepared[key] = Prepared(sql, tuple(param for _row, words in said for param in words.params))
    return _prepared[key]


def kept[**P, R](work_out: Callable[P, R]) -> Callable[P, R]:
    """Work something out once in a process from what code declares, as with the words of queries."""
    found = lru_cache(maxsize=4096)(work_out)
    _kept.append(found.cache_clear)
    return cast(Callable[P, R], found)


def forgotten[K, V](known: dict[K, V]) -> dict[K, V]:
    """Let this be emptied too when everything is forgotten."""
    _kept.append(known.clear)
    return known


def forget() -> None:
    """Work everything out anew from now on: for tests that change what queries are made of."""
    _prepared.clear()
    for clear in _kept:
        clear()


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


def rows(words: Prepared, user_id: int, moment: datetime | None = None, *, using: str) -> list[tuple[Any, ...]]:
    """The answer of a query about one user at a moment."""
    if not words.sql:
        return []
    at = as_taken(moment, using=using) if moment else None
    with connections[using].cursor() as cursor:
        if keeps_plans(using):
            cursor.execute(f"EXECUTE {planned(words, using=using)} (%s, %s)", [user_id, at])
        else:
            sql, constants = in_words(words, "%(asker)s", "%(moment)s")
            cursor.execute(sql, constants | {"asker": user_id, "moment": at})
        return list(cursor.fetchall())


@lru_cache(maxsize=1024)
def in_words(words: Prepared, asker: str, moment: str) -> tuple[str, dict[str, Any]]:
    """The query with something in the places of the user and the moment, and names for whatever else it holds."""
    params = enumerate(words.params)
    constants: dict[str, Any] = {}

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        number, param = next(params)
        if param in (ASKER, MOMENT):
            return asker if param == ASKER else moment
        constants[f"constant_{number}"] = param
        return f"%(constant_{number})s"

    return A_PLACE.sub(place, words.sql), constants


# --- Plans that PostgreSQL keeps


_planned: Final[WeakKeyDictionary[Any, set[str]]] = WeakKeyDictionary()
"""The names of the statements that each connection knows."""


def keeps_plans(using: str) -> bool:
    """Is a connection of this database ours from one statement to the next, as a pool of transactions is not?"""
    connection, settings = connections[using], connections[using].settings_dict
    shared = settings.get("DISABLE_SERVER_SIDE_CURSORS") or settings["OPTIONS"].get("server_side_binding")
    return connection.vendor == "postgresql" and not shared


def planned(words: Prepared, *, using: str) -> str:
    """The name under which this connection knows the statement from now on."""
    connection = connections[using]
    connection.ensure_connection()
    known = _planned.setdefault(connection.connection, set())
    name, statement = named(words, using)
    if name not in known:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        known.add(name)
    return name


@lru_cache(maxsize=1024)
def named(words: Prepared, using: str) -> tuple[str, str]:
    """A name for the query and the statement that plans it, in which $1 is the user and $2 the moment."""
    sql, constants = in_words(words, "$1", "$2")
    text = connections[using].ops.compose_sql(sql, constants)  # type: ignore[attr-defined]
    name = f"tradewind_{sha256(text.encode()).hexdigest()[:32]}"
    return name, f"PREPARE {name} (bigint, timestamptz) AS {text}"
