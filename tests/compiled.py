"""A fixture for folders whose tests decide: every kernel compiled once, out of the cache on the disk if it is there."""

from __future__ import annotations

import pytest

import tradewind.engine.core.decide  # noqa: F401 - what it imports declares every kernel
from tradewind.engine.core.compiling import warm_up


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    warm_up()
