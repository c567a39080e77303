"""One running engine per test, over real sockets and a data folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines import RunningEngine, start_engine
from tests.publications import sample


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RunningEngine]:
    """An engine with nothing published."""
    running = start_engine(tmp_path / "engine")
    yield running
    running.stop()


@pytest.fixture
def published(engine: RunningEngine) -> RunningEngine:
    """An engine with the sample publication."""
    answer = engine.publish(sample())
    assert answer.status == 201, answer.body
    return engine
