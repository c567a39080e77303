"""A second connection to the tests' database, on a thread of its own, for what happens between two statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections

from tradewind.config.environment import sqlite

type Elsewhere = Callable[[Callable[[], object]], None]


@contextmanager
def elsewhere(folder: Path) -> Iterator[Elsewhere]:
    """Do something on another connection and commit it before going on.

    SQLite's tests are in memory, where readers and writers wait for each other: here both have a file, as installations
    do.
    """
    if connection.vendor == "postgresql":
        yield from working(lambda: None)
        return
    usual, path = connections[DEFAULT_DB_ALIAS], folder / "crm.sqlite"
    usual.ensure_connection()
    with closing(sqlite3.connect(path)) as file:
        usual.connection.backup(file)

    def use_the_file() -> None:
        connections[DEFAULT_DB_ALIAS] = type(usual)(usual.settings_dict | sqlite(str(path)), DEFAULT_DB_ALIAS)

    use_the_file()
    try:
        yield from working(use_the_file)
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = usual


def working(begin: Callable[[], None]) -> Iterator[Elsewhere]:
    with ThreadPoolExecutor(max_workers=1, initializer=begin) as thread:

        def do(work: Callable[[], object]) -> None:
            thread.submit(work).result(timeout=30)

        yield do
        do(connections.close_all)
