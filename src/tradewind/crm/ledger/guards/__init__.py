"""The laws of the ledger as the database holds them: triggers that refuse, and the view over postings.

They are written by migrations. SQLite forgets the triggers of a table that a migration rebuilds: a migration that
alters one of the ledger's tables takes the guards off before and puts them on after it. A test counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tradewind.crm.ledger.guards import postgresql, sqlite


def install(apps: Any, schema_editor: Any) -> None:
    """For `migrations.RunPython`: put the guards on."""
    run(schema_editor.connection, _module(schema_editor.connection).INSTALL)


def remove(apps: Any, schema_editor: Any) -> None:
    """For `migrations.RunPython`: take the guards off, those of earlier versions too."""
    connection = schema_editor.connection
    drop = _module(connection).DROP
    run(connection, [drop.format(name=name, table=table) for name, table in _standing(connection) if table])
    run(connection, ["DROP VIEW IF EXISTS ledger_balance"])


def standing(connection: Any) -> set[str]:
    """The names of the guards that are on."""
    return {name for name, _table in _standing(connection)}


def expected(connection: Any) -> set[str]:
    return set(_module(connection).NAMES)


def _standing(connection: Any) -> list[tuple[str, str]]:
    """The guards that are on, each with its table; the view has none."""
    with connection.cursor() as cursor:
        cursor.execute(_module(connection).STANDING)
        return list(cursor.fetchall())


def run(connection: Any, statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _module(connection: Any) -> Any:
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
