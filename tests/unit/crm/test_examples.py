"""The examples in the docstrings of rooms and settings are true."""

import doctest
import importlib
import pkgutil

import pytest

from tradewind import config, crm

NAMES = [module.name for room in (config, crm) for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]
QUIET = ("migrations", "wsgi")


def examples(name: str) -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder().find(importlib.import_module(name)) if test.examples]


WITH_EXAMPLES = [name for name in NAMES if not any(word in name for word in QUIET) and examples(name)]


def test_there_are_examples_to_try() -> None:
    assert len(WITH_EXAMPLES) >= 4


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_every_example_holds(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
