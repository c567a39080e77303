"""A company that registers, and what it needs to come in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from tests.cast import Cast
from tests.partnership import register

from tradewind.crm.channel.models import Registration

type Register = Callable[..., Registration]


@pytest.fixture
def registered(cast: Cast, now: datetime) -> Register:
    """Register a company as its form would; named fields override."""

    def registering(**fields: Any) -> Registration:
        return register(now=now, **fields)

    return registering
