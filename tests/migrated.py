"""A database on which every migration has run, kept under `build` for as long as no migration or default right changes.

The tests' own database starts as a copy of it; Django still migrates that copy and finds nothing left to do. A data
folder for a process under test may start with it as well. PostgreSQL migrates from nothing in every run.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.db import connection
from pytest_django import DjangoDbBlocker

from tradewind.crm.access.defaults import default_rules
from tradewind.crm.ledger.guards import sqlite as guards

KEPT = Path(__file__).parents[1] / "build" / "migrated"


def kept() -> Path:
    """Where the database for the migrations as they are now lies, or will lie."""
    digest = hashlib.sha256(f"{django.get_version()} {dict(default_rules())} {guards.INSTALL}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        name = f"{app.name}.migrations"
        if find_spec(name) is None:
            continue
        for folder in import_module(name).__path__:
            for file in sorted(Path(folder).glob("*.py")):
                digest.update(f"{app.label}/{file.name}\n".encode() + file.read_bytes())
    return KEPT / f"{digest.hexdigest()[:16]}.sqlite"


def keep(source: sqlite3.Connection, path: Path) -> None:
    """Write the database to its file whole or not at all, and drop those of migrations past."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in set(path.parent.glob("*.sqlite")) - {path}:  # another worker may be copying that one
        old.unlink(missing_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as file:
        source.backup(file)
    unfinished.replace(path)


@pytest.fixture(scope="session")
def as_migrated_before() -> Iterator[None]:
    """What was kept, in the memory that Django is about to call its test database."""
    path = kept()
    if connection.vendor != "sqlite" or not path.exists():
        yield
        return
    memory = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    with closing(sqlite3.connect(memory, uri=True)) as target:
        with closing(sqlite3.connect(path)) as source:
            source.backup(target)
        yield


@pytest.fixture(scope="session")
def django_db_setup(as_migrated_before: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Django's own, before and after which the migrated database is fetched and kept."""
    path = kept()
    if connection.vendor != "sqlite" or path.exists():
        return
    with django_db_blocker.unblock():
        connection.ensure_connection()
        keep(connection.connection, path)


@pytest.fixture(scope="session")
def migrated(django_db_setup: None) -> Path:
    """A file with a migrated, empty database, to be copied into a data folder as `crm.sqlite`."""
    return kept()
