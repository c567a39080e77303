"""The linear part of a scorer: least squares with a ridge, a response at a time, which can be taken out again."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.coins import coin
from tradewind.engine.core.kernels.scorer import COLUMNS, NO_COLUMN, PRIOR, RIDGE, SHARED, WEIGHTS, slope_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]
Flags = NDArray[np.bool_]

INTERCEPT = 0.3
"""Precision of the prior of the constant."""

LEAST_UNDER = 0.01


@inlined
def rank_value(at: int) -> float:
    """A bin of a number as a rank with mean 0 and deviation 1 over 16 equally frequent bins."""
    return (at - 7.5) / 4.6097722286464435


@inlined
def viewed(row: Bins, numbers: Flags, column_of: Ints, columns: Ints, values: Floats) -> int:
    """Fill the columns and values of x that are not zero, the constant first; how many."""
    columns[0], values[0] = 0, 1.0
    size = 1
    for attribute in range(len(row)):
        at = row[attribute]
        if numbers[attribute]:
            column = column_of[attribute, 0]
            if column != NO_COLUMN and at != MISSING:
                columns[size], values[size] = column, rank_value(at)
                size += 1
        else:
            column = column_of[attribute, at]
            if column != NO_COLUMN:
                columns[size], values[size] = column, 1.0
                size += 1
    return size


@inlined
def given(row: Bins, numbers: Flags, column_of: Ints, taken: int) -> int:
    """Give every attribute or value of the row that has no column yet the next one; how many are taken then."""
    for attribute in range(len(row)):
        at = 0 if numbers[attribute] else int(row[attribute])
        if (column_of[attribute, at] == NO_COLUMN and row[attribute] != MISSING) or (
            not numbers[attribute] and column_of[attribute, at] == NO_COLUMN
        ):
            if taken < COLUMNS - SHARED:
                column_of[attribute, at] = taken
                taken += 1
            else:
                column_of[attribute, at] = COLUMNS - SHARED + (31 * attribute + at) % SHARED
    return taken


@kernel("i8(u1[::1], b1[::1], i8[:,::1], i8)")
def lay(row: Bins, numbers: Flags, column_of: Ints, taken: int) -> int:
    """Give columns to what the row has; how many are taken then."""
    return int(given(row, numbers, column_of, taken))


@kernel("i8(u1[:,::1], b1[::1], i8[:,::1], i8)")
def lay_all(rows: NDArray[np.uint8], numbers: Flags, column_of: Ints, taken: int) -> int:
    """The same for many rows, the first one first."""
    for each in range(len(rows)):
        taken = given(rows[each], numbers, column_of, taken)
    return taken


@inlined
def begin(weights: Floats, inverse: Floats, stats: Floats, key: int) -> None:
    """All uncertainty; θ stays as it is."""
    inverse[:] = 0.0
    for column in range(len(weights)):
        variance = 1.0 / INTERCEPT if column == 0 else 1.0 / stats[RIDGE]
        if column < len(inverse):
            inverse[column, column] = variance
        for each in range(1, WEIGHTS):
            weights[column, each] = math.sqrt(variance) * coin(key, column * WEIGHTS + each)


@kernel("none(f8[:,::1], f8[:,::1], f8[::1], i8)")
def plant(weights: Floats, inverse: Floats, stats: Floats, key: int) -> None:
    """Before the first response, θ being zero; `stats` has the precision of the prior, and `key` is the offer's."""
    begin(weights, inverse, stats, key)


@inlined
def gained(inverse: Floats, columns: Ints, values: Floats, size: int, gains: Floats) -> float:
    """Fill `gains` with A⁻¹x; xᵀA⁻¹x."""
    gains[:] = 0.0
    for each in range(size):
        column, value = columns[each], values[each]
        for row in range(len(gains)):
            gains[row] += inverse[column, row] * value
    square = 0.0
    for each in range(size):
        square += gains[columns[each]] * values[each]
    return square


@inlined
def said_by(weights: Floats, columns: Ints, values: Floats, size: int, which: int) -> float:
    """What θ or a deviation says of x."""
    total = 0.0
    for each in range(size):
        total += weights[columns[each], which] * values[each]
    return total


@inlined
def step(
    weights: Floats, inverse: Floats, columns: Ints, values: Floats, size: int, target: float, key: int, sign: float
) -> None:
    """Take a response in (sign 1), or out again (-1): A⁻¹ ∓ A⁻¹xxᵀA⁻¹ / (1 ± xᵀA⁻¹x), and each vector by its error."""
    gains = np.empty(len(inverse))
    square = gained(inverse, columns, values, size, gains)
    under = 1.0 + sign * square
    if under < LEAST_UNDER:
        return  # what was not taken in since a drift is not taken out
    errors = np.empty(WEIGHTS)
    for each in range(WEIGHTS):
        wanted = target if each == 0 else coin(key, each)
        errors[each] = sign * (wanted - said_by(weights, columns, values, size, each)) / under
    for row in range(len(gains)):
        gain = gains[row]
        for each in range(WEIGHTS):
            weights[row, each] += gain * errors[each]
        share = sign * gain / under
        for column in range(len(gains)):
            inverse[row, column] -= share * gains[column]


@inlined
def linear(weights: Floats, columns: Ints, values: Floats, size: int) -> tuple[float, float]:
    """What θ says of x, and the sum of the squares of what the deviations say."""
    line, a, b, c, d, e, f, g = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0  # sums in registers, and one line of the cache
    for each in range(size):
        column, value = columns[each], values[each]
        line += weights[column, 0] * value
        a += weights[column, 1] * value
        b += weights[column, 2] * value
        c += weights[column, 3] * value
        d += weights[column, 4] * value
        e += weights[column, 5] * value
        f += weights[column, 6] * value
        g += weights[column, 7] * value
    return line, a * a + b * b + c * c + d * d + e * e + f * f + g * g


@kernel("none(u1[:,::1], b1[::1], b1[::1], i8[:,::1], f8[:,::1], f8[:,::1], f8[::1], f8[::1], f8[::1])")
def left_over(
    rows: NDArray[np.uint8],
    taken_in: Flags,
    numbers: Flags,
    column_of: Ints,
    weights: Floats,
    inverse: Floats,
    stats: Floats,
    rewards: Floats,
    targets: Floats,
) -> None:
    """Fill `targets` with what the linear part leaves over of each reward, as if it had not taken that in.

    Leave-one-out residuals of a ridge regression: (t - said) / (1 - h), h = xᵀA⁻¹x (Allen 1974).
    """
    columns, values = np.empty(rows.shape[1] + 1, np.int64), np.empty(rows.shape[1] + 1)
    gains, slope = np.empty(len(inverse)), slope_of(stats)
    for each in range(len(rows)):
        size = viewed(rows[each], numbers, column_of, columns, values)
        target = rewards[each] - stats[PRIOR]
        leverage = min(gained(inverse, columns, values, size, gains), 0.9) if taken_in[each] else 0.0
        said = (said_by(weights, columns, values, size, 0) - leverage * target) / (1.0 - leverage)
        targets[each] = target - slope * said
