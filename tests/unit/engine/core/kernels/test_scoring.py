"""The linear part is the ridge regression of all responses, in any order, with and without the compiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from tradewind.engine.core.compiling import interpreted
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.forest import leaf_of
from tradewind.engine.core.kernels.growing import grow
from tradewind.engine.core.kernels.learning import correct, learn, learn_past
from tradewind.engine.core.kernels.linear import INTERCEPT, lay, left_over, plant, rank_value
from tradewind.engine.core.kernels.scorer import (
    COLUMNS,
    COUNT,
    DRIFTS,
    ERROR,
    ERRORS,
    NO_COLUMN,
    NODES,
    PRIOR,
    RIDGE,
    SHARED,
    STATS,
    TREES,
    WEIGHTS,
)
from tradewind.engine.core.kernels.scoring import beta_of, within

Bins = NDArray[np.uint8]
Floats = NDArray[np.float64]

PENALTY = 0.8


class Arrays(NamedTuple):
    """Those of one offer, over two numbers and a category."""

    numbers: NDArray[np.bool_]
    column_of: NDArray[np.int64]
    weights: Floats
    inverse: Floats
    stats: Floats
    nodes: NDArray[np.int32]
    counts: Floats
    says: Floats


def some_rows(size: int, *, seed: int = 3) -> Bins:
    random = np.random.default_rng(seed)
    rows = random.integers(0, 16, (size, 3)).astype(np.uint8)
    rows[:, 2] %= 4
    rows[random.random((size, 3)) < 0.1] = MISSING
    return rows


def fresh(rows: Bins, *, key: int = 1) -> Arrays:
    """An offer's arrays, every value of the rows with a column."""
    numbers = np.array([True, True, False])
    column_of = np.full((3, MISSING + 1), NO_COLUMN, np.int64)
    taken = 1
    for row in rows:
        taken = lay.run(row, numbers, column_of, taken)
    stats = np.zeros(STATS)
    stats[RIDGE], stats[PRIOR], stats[ERROR], stats[ERRORS] = PENALTY, 0.2, 1.0, 4.0
    weights, inverse = np.zeros((COLUMNS, WEIGHTS)), np.zeros((taken, taken))
    plant.run(weights, inverse, stats, key)
    shape = (TREES, NODES)
    return Arrays(
        numbers, column_of, weights, inverse, stats, np.zeros(shape, np.int32), np.zeros(shape), np.zeros(shape)
    )


def told(arrays: Arrays, rows: Bins, rewards: Floats, *, grown: int = 0) -> list[float]:
    common = np.zeros(STATS)
    return [
        learn.run(row, 3, *arrays, grown, reward, number, 1, common)
        for number, (row, reward) in enumerate(zip(rows, rewards.tolist(), strict=True))
    ]


def as_matrix(arrays: Arrays, rows: Bins) -> Floats:
    """The rows as the linear part sees them, made the slow way."""
    matrix = np.zeros((len(rows), len(arrays.inverse)))
    matrix[:, 0] = 1.0
    for at, row in enumerate(rows):
        for attribute, value in enumerate(row.tolist()):
            if not arrays.numbers[attribute]:
                matrix[at, arrays.column_of[attribute, value]] = 1.0
            elif value != MISSING:
                matrix[at, arrays.column_of[attribute, 0]] = rank_value(value)
    return matrix


def precision(size: int) -> Floats:
    return np.diag([INTERCEPT] + [PENALTY] * (size - 1))


def rewards_of(rows: Bins, *, seed: int = 5) -> Floats:
    random = np.random.default_rng(seed)
    return (random.random(len(rows)) < 0.2 + 0.04 * (rows[:, 0] % 16)).astype(np.float64)


def test_the_linear_part_is_the_ridge_regression_of_all_responses() -> None:
    rows = some_rows(150)
    rewards, arrays = rewards_of(rows), fresh(rows)
    told(arrays, rows, rewards)
    x = as_matrix(arrays, rows)
    inverse = np.linalg.inv(x.T @ x + precision(x.shape[1]))
    assert arrays.stats[DRIFTS] == 0.0
    assert arrays.inverse == pytest.approx(inverse, abs=1e-9)
    assert arrays.weights[: len(inverse), 0] == pytest.approx(inverse @ x.T @ (rewards - 0.2), abs=1e-9)


def test_a_response_that_is_taken_back_leaves_no_trace_in_the_linear_part() -> None:
    rows = some_rows(60)
    rewards, arrays, right = rewards_of(rows), fresh(rows), fresh(rows)
    told(arrays, rows, rewards)
    for number in range(30, 60):
        correct.run(rows[number], 3, *arrays, 0, float(rewards[number]), 0.0, False, number)
    told(right, rows[:30], rewards[:30])
    assert arrays.stats[COUNT] == 30.0
    assert arrays.weights[: len(right.inverse)] == pytest.approx(right.weights[: len(right.inverse)], abs=1e-9)
    assert arrays.inverse == pytest.approx(right.inverse, abs=1e-9)


def test_a_corrected_reward_counts_as_if_it_had_come_first() -> None:
    rows = some_rows(60)
    rewards, arrays, right = rewards_of(rows), fresh(rows), fresh(rows)
    told(arrays, rows, 1.0 - rewards)
    for number, reward in enumerate(rewards.tolist()):
        correct.run(rows[number], 3, *arrays, 0, 1.0 - reward, reward, True, number)
    told(right, rows, rewards)
    assert arrays.weights[:, 0] == pytest.approx(right.weights[:, 0], abs=1e-9)


def test_the_deviations_say_how_little_is_known() -> None:
    rows, about = some_rows(80), some_rows(1, seed=9)[0]
    squares = []
    for key in range(300):
        arrays = fresh(rows, key=1_000 * key)
        for number, row in enumerate(rows):
            learn.run(row, 3, *arrays, 0, 0.0, 7_919 * key + number, 1, np.zeros(STATS))
        x = as_matrix(arrays, about[np.newaxis])[0]
        squares.append(np.mean((x @ arrays.weights[: len(x), 1:]) ** 2))
    assert np.mean(squares) == pytest.approx(float(x @ arrays.inverse @ x), rel=0.1)


def test_what_is_left_over_is_as_if_the_response_had_not_been_seen() -> None:
    rows = some_rows(40)
    rewards, arrays = rewards_of(rows), fresh(rows)
    told(arrays, rows, rewards)
    arrays.stats[3:5] = 0.0  # a slope of one
    targets = np.empty(len(rows))
    left_over.run(rows, np.ones(len(rows), np.bool_), *arrays[:5], rewards, targets)
    x = as_matrix(arrays, rows)
    for out in range(0, 40, 7):
        others = np.arange(40) != out
        without = np.linalg.inv(x[others].T @ x[others] + precision(x.shape[1])) @ x[others].T @ (rewards[others] - 0.2)
        leverage = float(x[out] @ arrays.inverse @ x[out])
        if leverage < 0.9:
            assert targets[out] == pytest.approx(rewards[out] - 0.2 - x[out] @ without, abs=1e-9)


def grown_on(rows: Bins, targets: Floats, *, seed: int = 1) -> tuple[NDArray[np.int32], Floats, Floats]:
    nodes, counts, says = np.zeros((TREES, NODES), np.int32), np.zeros((TREES, NODES)), np.zeros((TREES, NODES))
    keys = np.arange(len(rows))
    grow.run(rows, targets, np.array([True, True, False]), keys, TREES, 3, seed, 5.0, nodes, counts, says)
    return nodes, counts, says


def test_trees_find_what_a_linear_part_cannot() -> None:
    rows = some_rows(600)
    expected = np.where((rows[:, 0] > 7) == (rows[:, 1] > 7), 0.5, -0.5)
    nodes, _, says = grown_on(rows, expected)
    said = [np.mean([says[tree, leaf_of(nodes[tree], row)] for tree in range(TREES)]) for row in rows]
    assert np.mean(np.sign(said) == np.sign(expected)) > 0.97


def test_trees_find_a_set_of_categories_and_a_branch_for_what_is_missing() -> None:
    rows = some_rows(600)
    expected = np.where(np.isin(rows[:, 2], (1, 3, MISSING)), 0.4, 0.0)
    nodes, _, says = grown_on(rows, expected)
    for value, about in ((0, 0.0), (1, 0.4), (2, 0.0), (3, 0.4), (MISSING, 0.4)):
        row = np.array([8, 8, value], np.uint8)
        said = np.mean([says[tree, leaf_of(nodes[tree], row)] for tree in range(TREES)])
        assert said == pytest.approx(about, abs=0.05)


def test_a_leaf_weighs_what_its_bag_drew() -> None:
    rows = some_rows(300)
    nodes, counts, _ = grown_on(rows, rewards_of(rows))
    leaves = [sum(counts[tree][nodes[tree] >> 25 == 0]) for tree in range(TREES)]
    assert leaves == pytest.approx([counts[tree, 0] for tree in range(TREES)])
    assert np.mean(leaves) == pytest.approx(300, rel=0.1)


def test_who_may_be_wrong_says_no_chance_of_nothing() -> None:
    assert within(-0.1, 0.0) == 0.0
    assert 0.0 < within(-0.1, 0.1) < within(-0.1, 0.2)
    assert within(0.4, 0.05) == pytest.approx(0.4)
    assert within(1.2, 0.3) == pytest.approx(1.0 - within(-0.2, 0.3), abs=1e-6)


def test_answers_far_from_what_was_expected_are_a_drift() -> None:
    rows = some_rows(900)
    arrays = fresh(rows)
    told(arrays, rows, np.concatenate((np.zeros(600), np.ones(300))))
    assert arrays.stats[DRIFTS] >= 1.0


def test_answers_that_lean_to_one_side_are_a_drift_before_they_are_far_off() -> None:
    rows = some_rows(900)
    arrays, coins = fresh(rows), np.random.default_rng(7).random(900)
    told(arrays, rows, (coins < np.where(np.arange(900) < 600, 0.65, 0.3)).astype(np.float64))
    assert arrays.stats[DRIFTS] >= 1.0


def test_the_same_world_is_no_drift() -> None:
    rows = some_rows(4_000)
    arrays = fresh(rows)
    told(arrays, rows, rewards_of(rows))
    assert arrays.stats[DRIFTS] == 0.0


@pytest.mark.parametrize("chance", [0.001, 0.004, 0.01])
def test_rare_acceptances_are_no_drift(chance: float) -> None:
    rows = some_rows(8_000)
    arrays = fresh(rows)
    told(arrays, rows, (np.random.default_rng(4).random(len(rows)) < chance).astype(np.float64))
    assert arrays.stats[DRIFTS] == 0.0


def test_values_beyond_the_columns_share_the_last_ones() -> None:
    numbers, column_of = np.zeros(10, np.bool_), np.full((10, MISSING + 1), NO_COLUMN, np.int64)
    taken = 1
    for value in range(17):
        taken = lay.run(np.full(10, value, np.uint8), numbers, column_of, taken)
    assert taken == COLUMNS - SHARED
    assert column_of.min() >= 1
    assert column_of.max() == COLUMNS - 1
    assert (column_of >= COLUMNS - SHARED).sum() == 170 - (COLUMNS - SHARED - 1)


@pytest.mark.parametrize(("mean", "deviation"), [(0.2, 0.1), (0.02, 0.005), (0.999, 0.01)])
def test_a_beta_has_the_mean_and_the_deviation_it_was_made_for(mean: float, deviation: float) -> None:
    alpha, beta = beta_of(mean, deviation)
    size = alpha + beta
    assert alpha / size == pytest.approx(mean)
    assert alpha * beta / (size * size * (size + 1.0)) == pytest.approx(deviation**2)


def test_a_beta_is_never_wider_than_the_prior() -> None:
    assert beta_of(0.5, 3.0) == (1.0, 1.0)


def bits_of(work: Callable[[], Arrays]) -> list[bytes]:
    return [array.tobytes() for array in work()]


def test_a_fold_without_the_compiler_gives_the_same_bits() -> None:
    rows = some_rows(40)
    rewards = rewards_of(rows)

    def work() -> Arrays:
        arrays = fresh(rows)
        told(arrays, rows, rewards)
        targets = np.empty(len(rows))
        left_over.run(rows, np.ones(len(rows), np.bool_), *arrays[:5], rewards, targets)
        grow.run(rows, targets, arrays.numbers, np.arange(40), 2, 2, 1, 5.0, *arrays[5:])
        widths, keys = np.full(len(rows), 3), np.arange(len(rows))
        learn_past.run(rows, widths, *arrays[:5], rewards, keys)
        told(arrays, rows[:10], rewards[:10], grown=2)
        correct.run(rows[3], 3, *arrays, 2, float(rewards[3]), 1.0, True, 3)
        correct.run(rows[4], 3, *arrays, 2, float(rewards[4]), 0.0, False, 4)
        return arrays

    with interpreted():
        slow = bits_of(work)
    assert bits_of(work) == slow
