"""What the tests of records share: a workspace in which marketing may write offers."""

import pytest
from tests.cast import Cast
from tests.workspace import Workspace, build_workspace


@pytest.fixture
def workspace(cast: Cast) -> Workspace:
    return build_workspace(cast)
