"""A real engine over a socket, and a CRM that knows it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.cast import build_cast
from tests.engine_room import EngineRoom
from tests.workspace import Workspace, build_workspace


@pytest.fixture
def engine_room(tmp_path: Path, settings: Settings) -> Iterator[EngineRoom]:
    room = EngineRoom(tmp_path / "engine", settings)
    yield room
    room.stop()


@pytest.fixture
def now() -> datetime:
    """The engine lives by the clock on the wall, so these tests do too."""
    return timezone.now()


@pytest.fixture
def workspace(transactional_db: None) -> Workspace:
    return build_workspace(build_cast())
