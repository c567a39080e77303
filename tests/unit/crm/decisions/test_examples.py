"""The examples in the docstrings of this room are true."""

import doctest
from types import ModuleType

import pytest

from tradewind.crm.decisions import standing
from tradewind.crm.decisions.models import outbox


@pytest.mark.parametrize("module", [standing, outbox], ids=lambda module: module.__name__)
def test_every_example_holds(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
