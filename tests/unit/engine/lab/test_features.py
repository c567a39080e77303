"""A row as numbers, whatever lies in a column."""

from __future__ import annotations

import pytest

from tradewind.engine.lab.features import Features
from tradewind.engine.lab.problems import Attribute, Problem


@pytest.mark.parametrize(
    ("least", "most"), [(-1.7e308, 1.7e308), (0.0, 5e-324), (-5e-324, 5e-324), (1e-310, 3e-310), (7.0, 7.0)]
)
def test_a_number_lies_between_nothing_and_one_however_wide_its_column_is(least: float, most: float) -> None:
    features = Features(Problem((Attribute("a", "number", least, most),), ("x", "y")))
    for value in (least, least / 2.0 + most / 2.0, most):
        assert 0.0 <= features.of((value,))[1] <= 1.0


def test_a_number_has_its_place_in_its_range_and_what_is_missing_another() -> None:
    features = Features(Problem((Attribute("a", "number", 10.0, 30.0),), ("x", "y")))
    assert features.of((15.0,)).tolist() == [1.0, 0.25, 0.0]
    assert features.of((99.0,)).tolist() == [1.0, 1.0, 0.0]
    assert features.of((None,)).tolist() == [1.0, 0.0, 1.0]
