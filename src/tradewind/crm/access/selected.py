"""What several small queries select, read in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

MOST_READ: Final = 500
"""Ids that are worth reading; of more than these a statement rather asks the subquery itself."""


def selected(queries: Sequence[QuerySet[Any, Any]], *, using: str) -> list[frozenset[Any] | None]:
    """The values of each query, of one column each and all of one type; None where there are more than `MOST_READ`."""
    parts, params = [], []
    for place, query in enumerate(queries):
        wanted = query.using(using).distinct()[: MOST_READ + 1]
        try:
            sql, given = wanted.query.get_compiler(using=using).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place}, part.* FROM ({sql}) AS part")  # noqa: S608 - a number, and Django's own SQL
        params.extend(given)
    found: list[set[Any]] = [set() for _ in queries]
    if parts:
        with connections[using].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for place, value in cursor.fetchall():
                found[place].add(value)
    return [None if len(values) > MOST_READ else frozenset(values) for values in found]
