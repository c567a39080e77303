"""Many rows in few statements, as fast as each database takes them; its triggers see every one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched, chain
from typing import Any, Final

from django.db import connection
from django.db.models import Model

type Values = tuple[Any, ...]

AT_ONCE: Final = 400
"""Rows of one statement on SQLite, which takes 32,766 values."""


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Write rows into a model's table.

    PostgreSQL takes them by COPY: one statement, so its triggers look at all of them at once. SQLite begins each
    statement with a savepoint, because a trigger may refuse it; some hundred rows share one.
    """
    insert_into(model._meta.db_table, columns, rows)


def insert_into(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        one = f"({', '.join(['%s'] * len(columns))})"
        for some in batched(rows, AT_ONCE):
            values = list(chain.from_iterable(some))
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(some))}", values)  # noqa: S608 - names of our own
