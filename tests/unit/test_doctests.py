"""The numbers in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import tradewind.engine

MODULES = [m.name for m in pkgutil.walk_packages(tradewind.engine.__path__, "tradewind.engine.")]


def test_there_are_examples_to_try() -> None:
    finder = doctest.DocTestFinder()
    examples = [e for name in MODULES for t in finder.find(importlib.import_module(name)) for e in t.examples]
    assert len(examples) > 10


@pytest.mark.parametrize("name", MODULES)
def test_every_example_of_the_engine_holds(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
