"""Which changes of a predictor a call is given."""

from __future__ import annotations

from typing import Any

import pytest

from tradewind.engine.core.predictors.chronicle import OF_SCORER, OF_TREE, Entry
from tradewind.engine.service.changes import LAST, Asked

ENTRIES = [
    Entry(10, 100, OF_TREE),
    Entry(20, 200, OF_SCORER),
    Entry(30, 300, OF_TREE),
    Entry(40, 400, OF_TREE),
    Entry(50, 400, OF_SCORER),
]


def chosen(**changes: Any) -> list[int]:
    asked: dict[str, Any] = {
        "since": None,
        "until": None,
        "after": 0,
        "before": LAST,
        "sorts": frozenset({OF_TREE, OF_SCORER}),
        "newest": False,
        "limit": 9,
    }
    return [entry.position for entry in Asked(**{**asked, **changes}).chosen(ENTRIES)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [10, 20, 30, 40, 50]),
        ({"newest": True}, [50, 40, 30, 20, 10]),
        ({"since": 200, "until": 400}, [20, 30]),
        ({"after": 20}, [30, 40, 50]),
        ({"before": 40, "newest": True}, [30, 20, 10]),
        ({"after": 10, "before": 50, "sorts": frozenset({OF_SCORER})}, [20]),
        ({"sorts": frozenset({OF_TREE}), "newest": True}, [40, 30, 10]),
    ],
)
def test_changes_lie_where_the_call_says(asked: dict[str, Any], found: list[int]) -> None:
    assert chosen(**asked) == found


def test_one_more_than_asked_for_says_that_there_are_more() -> None:
    assert chosen(limit=2) == [10, 20, 30]
    assert chosen(limit=2, newest=True) == [50, 40, 30]
    assert chosen(limit=2, sorts=frozenset({OF_SCORER})) == [20, 50]
