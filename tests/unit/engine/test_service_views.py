"""Trees of the past that were made are kept for a while, and the ones that a fold passes are made with them."""

from __future__ import annotations

from tradewind.engine.core.predictors.chronicle import OF_SCORER, OF_TREE, Entry
from tradewind.engine.service import views
from tradewind.engine.service.views import Views, stops


def test_the_view_that_was_not_asked_for_longest_goes_first() -> None:
    kept = Views(most=2)
    kept.keep("a", 1, b"one")
    kept.keep("a", 2, b"two")
    assert kept.find("a", 1) == b"one"
    kept.keep("b", 1, b"other")
    assert (kept.find("a", 1), kept.find("a", 2), kept.find("b", 1)) == (b"one", None, b"other")


def test_a_fold_looks_around_behind_each_change_of_the_tree_and_before_the_first() -> None:
    entries = [Entry(10, 1, OF_TREE), Entry(15, 2, OF_SCORER), Entry(20, 3, OF_TREE), Entry(30, 4, OF_TREE)]
    assert stops(entries, 20) == {9, 10, 20}
    assert stops(entries, 9) == frozenset()
    assert stops((), 9) == frozenset()


def test_only_so_many_changes_are_looked_at() -> None:
    entries = [Entry(position, position, OF_TREE) for position in range(10, 10 + 2 * views.STOPS)]
    last = entries[-1].position
    assert stops(entries, last) == set(range(last - views.STOPS, last + 1))
