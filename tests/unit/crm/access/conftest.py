"""What the tests of access share: a channel with objects of two rivals."""

import pytest
from tests.cast import Cast
from tests.channel import Channel, build_channel


@pytest.fixture
def channel(cast: Cast) -> Channel:
    return build_channel(cast)
