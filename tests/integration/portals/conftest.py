"""The same engine and CRM as in the tests of the rooms behind the portals, and a channel with two rivals."""

import pytest
from tests.cast import Cast
from tests.channel import Channel, build_channel
from tests.integration.crm.conftest import engine_room, now, workspace

__all__ = ["channel", "engine_room", "now", "workspace"]


@pytest.fixture
def channel(cast: Cast) -> Channel:
    return build_channel(cast)
