"""The world of the crawls, and the order in which workers take the files."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker
from tests.crawled import Crawled, build_crawled

from tradewind.crm.identity.models import User

FOLDER: Final = Path(__file__).parent
LONGEST: Final = (
    "test_postgresql.py",
    "test_crawl.py",
    "engine/test_kills.py",
    "test_demo.py",
    "engine/test_fuzzing.py",
    "engine/test_process.py",
)
"""Begun first, the longest first, so that no worker is left with one of them when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {FOLDER / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Crawled]:
    """One for all tests of a file, each of which undoes what it writes, as tests with a database do."""
    nobody_listens = override_settings(TRADEWIND_ENGINE_URL="http://127.0.0.1:9")
    with django_db_blocker.unblock(), nobody_listens, transaction.atomic():
        yield build_crawled()
        transaction.set_rollback(True)


@pytest.fixture
def browser_of(client_of: Callable[[User], Client]) -> Callable[[User], Client]:
    """As `client_of`, with a session that is written, so that what is asked next writes only what it is about."""

    def opened(user: User) -> Client:
        client = client_of(user)
        client.get("/health/live")
        return client

    return opened
