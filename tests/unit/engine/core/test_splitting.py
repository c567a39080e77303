"""A leaf is split where its responses differ, and hardly ever where they do not, however often one looks."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.predictors.splitting import Kind, Limits, Split, best_split, look_number

type Bins = dict[str, NDArray[np.uint8]]

LIMITS = Limits()
KINDS: dict[str, Kind] = {"a": "number", "b": "number", "c": "category", "d": "category"}


def drawn(rng: Generator, rows: int) -> Bins:
    """Two numbers, one of them often missing, and categories of 6 and 2 values."""
    often = rng.integers(0, 16, rows)
    often[rng.random(rows) < 0.2] = MISSING
    columns = {"a": rng.integers(0, 16, rows), "b": often, "c": rng.integers(0, 6, rows), "d": rng.integers(0, 2, rows)}
    return {name: column.astype(np.uint8) for name, column in columns.items()}


def looked(bins: Bins, accepted: NDArray[np.int64], rows: int) -> Split | None:
    return best_split(
        {name: column[:rows] for name, column in bins.items()}, np.ones(rows, np.int64), accepted[:rows],
        kinds=KINDS, look=look_number(rows, LIMITS), limits=LIMITS,
    )  # fmt: skip


def test_without_any_difference_fewer_leaves_are_split_than_the_level_over_all_looks() -> None:
    false = 0
    for seed in range(200):
        rng = default_rng(seed)
        bins, accepted = drawn(rng, 1_600), (rng.random(1_600) < 0.2).astype(np.int64)
        false += any(looked(bins, accepted, rows) for rows in (100, 200, 400, 800, 1_600))
    assert false / 200 <= LIMITS.level


def test_a_cut_of_a_number_is_found_where_it_lies() -> None:
    rng = default_rng(1)
    bins = drawn(rng, 1_600)
    accepted = (rng.random(1_600) < np.where(bins["a"] <= 5, 0.4, 0.1)).astype(np.int64)
    found = looked(bins, accepted, 1_600)
    assert found is not None
    assert (found.attribute, found.first) == ("a", 0b11_1111)
    assert found.evidence.p_value * found.evidence.tries <= found.evidence.level


def test_a_set_of_values_is_found_whatever_their_order() -> None:
    rng = default_rng(2)
    bins = drawn(rng, 1_600)
    accepted = (rng.random(1_600) < np.where(np.isin(bins["c"], (0, 3, 4)), 0.1, 0.4)).astype(np.int64)
    found = looked(bins, accepted, 1_600)
    assert found is not None
    assert (found.attribute, found.first) == ("c", 0b1_1001)


def test_what_is_missing_can_be_a_side_of_its_own() -> None:
    rng = default_rng(3)
    bins = drawn(rng, 1_600)
    accepted = (rng.random(1_600) < np.where(bins["b"] == MISSING, 0.5, 0.1)).astype(np.int64)
    found = looked(bins, accepted, 1_600)
    assert found is not None
    assert (found.attribute, found.first) == ("b", 2**MISSING - 1)


def test_the_order_of_attributes_does_not_matter() -> None:
    rng = default_rng(4)
    bins = drawn(rng, 800)
    bins["b"] = bins["a"].copy()  # a tie
    accepted = (rng.random(800) < np.where(bins["a"] <= 5, 0.5, 0.1)).astype(np.int64)
    assert looked(bins, accepted, 800) == looked(dict(reversed(bins.items())), accepted, 800)


def test_too_few_responses_or_too_few_on_a_side_split_nothing() -> None:
    rng = default_rng(5)
    bins = drawn(rng, 99)
    assert looked(bins, (bins["a"] <= 5).astype(np.int64), 99) is None
    few = {"a": np.array([0] * 24 + [9] * 200, np.uint8)}
    accepted = (few["a"] == 0).astype(np.int64)
    assert best_split(few, np.ones(224, np.int64), accepted, kinds=KINDS, look=1, limits=LIMITS) is None


def test_depth_and_leaves_are_limited() -> None:
    limits = Limits(depth=2, leaves=4)
    assert limits.allow(depth=1, leaves=3)
    assert not limits.allow(depth=2, leaves=3)
    assert not limits.allow(depth=1, leaves=4)
