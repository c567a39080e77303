"""Decisions of these tests run compiled, as an engine's do; `test_engine_kernels` holds them to interpreted ones."""

from __future__ import annotations

import pytest

import tradewind.engine.core.decide  # noqa: F401 - what it imports declares every kernel
from tradewind.engine.core.compiling import warm_up


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    warm_up()
