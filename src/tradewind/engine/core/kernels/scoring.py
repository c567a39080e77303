"""What an offer's scorer makes of a row of bins: a linear part that is folded, and trees grown on what it leaves over.

    acceptance = prior + slope · θᵀx + mean of what the trees say

Linear part: recursive least squares with a ridge (Plackett 1950; Sherman and Morrison 1950), so θ is that of all
responses at once, whatever their order up to rounding, and a response can be taken out again. Beside θ go `DEVIATIONS`
vectors with the same precision, learnt from coins instead of rewards: the mean square of what they say is xᵀA⁻¹x, for a
few sparse products instead of a square of them (ensemble sampling: Lu and Van Roy 2017). Trees: bagged (Oza and Russell
2001), what a leaf says is shrunk towards what lies above it (Agarwal et al. 2022), and goes on being folded until the
trees are grown again. The slope is that of what came on what the linear part had said before it knew, 0 to 1.

An offer's arrays: `weights` (columns, 1 + DEVIATIONS), θ first; `inverse` (size, size) has A⁻¹; `stats` a field each
below; `nodes`, `counts` and `says` (TREES, NODES). No sum here may be taken in another order: digests cover the bits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.trees import (
    ALPHA,
    BETA,
    DRAWN_ALPHA,
    DRAWN_BETA,
    FACTOR,
    PRIOR_STRENGTH,
    PROPENSITY,
    ROW,
    SCORE,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Nodes = NDArray[np.int32]

COLUMNS, SHARED = 128, 16
"""Columns of the linear part; the last ones are shared by whatever comes when the others are taken."""

NO_COLUMN = -1
DEVIATIONS = 7
WEIGHTS = 1 + DEVIATIONS
TREES, NODES, DEPTH = 16, 63, 8
SHRINK = 5.0
"""Responses that what lies above a leaf counts for."""

INTERCEPT = 0.3
"""Precision of the prior of the constant."""

OPTIMISM, SPREAD = 0.1, 0.1
"""A score is drawn from mean + OPTIMISM · deviation with SPREAD · deviation."""

DAMP = 5.0
KEPT_AFTER_DRIFT = 0.5
LEAST_MEAN = 1e-3
LEAST_UNDER = 0.01
MOST_STRENGTH = 1e9
WATCHED, SETTLED, ALARM = 0.98, 200.0, 5.0
RARE = 0.05
"""How much of the recent error is kept, when the usual one is known, and how many deviations and `RARE` are a drift.

Rare acceptances come in heaps: without `RARE` two of them close together would be one.
"""

PRIOR, COUNT, RIDGE, HIT, SQUARE, ERROR, ERRORS, RECENT, RECENTS, USUAL, USUAL_SQUARE, USUALS, DRIFTS = range(13)
STATS = 13


@inlined
def mixed(value: int) -> int:
    """32 bits of which each depends on all of the value's; products stay below 2⁶³ (after Wellons 2018)."""
    value = value & 0xFFFFFFFF
    value = ((value ^ (value >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    value = ((value ^ (value >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    return value ^ (value >> 16)


@inlined
def coin(key: int, number: int) -> float:
    """+1 or -1."""
    return 1.0 if mixed(mixed(key) ^ number) & 1 else -1.0


@inlined
def bag_weight(key: int, tree: int) -> int:
    """How often a response is in a tree's bag: Poisson(1), four at most."""
    drawn = mixed(mixed(key) ^ (1000 + tree)) / 4294967296.0
    if drawn < 0.36787944:
        return 0
    if drawn < 0.73575888:
        return 1
    if drawn < 0.9196986:
        return 2
    return 3 if drawn < 0.98101184 else 4


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


@kernel("i8(u1[::1], b1[::1], i8[:,::1], i8)")
def lay(row: Bins, numbers: Flags, column_of: Ints, taken: int) -> int:
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


@inlined
def begin(weights: Floats, inverse: Floats, stats: Floats, key: int, kept: float) -> None:
    """All uncertainty, and of θ the share `kept`."""
    inverse[:] = 0.0
    for column in range(len(weights)):
        variance = 1.0 / INTERCEPT if column == 0 else 1.0 / stats[RIDGE]
        if column < len(inverse):
            inverse[column, column] = variance
        weights[column, 0] *= kept
        for each in range(1, WEIGHTS):
            weights[column, each] = math.sqrt(variance) * coin(key, column * WEIGHTS + each)


@kernel("none(f8[:,::1], f8[:,::1], f8[::1], i8)")
def plant(weights: Floats, inverse: Floats, stats: Floats, key: int) -> None:
    """Before the first response; `stats` has the precision of the prior, and `key` is the offer's."""
    begin(weights, inverse, stats, key, 0.0)


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
def leaf_of(nodes: Nodes, row: Bins) -> int:
    """The leaf of a tree that a row comes to.

    A node is the mask of the 17 bins that go to the first child, then 8 bits of the attribute and 6 of the first
    child, 0 for none; the second lies behind it.
    """
    at = 0
    while nodes[at] >> 25:
        at = (nodes[at] >> 25) + 1 - ((nodes[at] >> row[(nodes[at] >> 17) & 0xFF]) & 1)
    return at


@inlined
def slope_of(stats: Floats) -> float:
    """Of what came on what the linear part had said, 1 before anything is known."""
    return float(min(max((stats[HIT] + DAMP) / (stats[SQUARE] + DAMP), 0.0), 1.0))


@inlined
def trees_say(nodes: NDArray[np.int32], says: Floats, grown: int, row: Bins) -> float:
    """The mean over the trees that there are."""
    total = 0.0
    for tree in range(grown):
        total += says[tree, leaf_of(nodes[tree], row)]
    return total / max(grown, 1)


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
def watch(stats: Floats, square: float) -> bool:
    """Whether the recent squared error lies so far above the usual one that things have changed."""
    stats[RECENT] = WATCHED * stats[RECENT] + square
    stats[RECENTS] = WATCHED * stats[RECENTS] + 1.0
    drifted = False
    if stats[USUALS] > SETTLED:
        mean = stats[USUAL] / stats[USUALS]
        variance = max(stats[USUAL_SQUARE] / stats[USUALS] - mean * mean, 1e-4)
        drifted = stats[RECENT] / stats[RECENTS] - mean > ALARM * math.sqrt(variance / 100.0) + RARE
    if drifted:
        stats[USUAL] = stats[USUAL_SQUARE] = stats[USUALS] = 0.0
        stats[DRIFTS] += 1.0
    stats[USUAL] += square
    stats[USUAL_SQUARE] += square * square
    stats[USUALS] += 1.0
    return drifted


@kernel(
    "f8(u1[::1], i8, b1[::1], i8[:,::1], f8[:,::1], f8[:,::1], f8[::1], i4[:,::1], f8[:,::1], f8[:,::1], i8, f8,"
    " i8, i8)"
)
def learn(
    row: Bins,
    width: int,
    numbers: Flags,
    column_of: Ints,
    weights: Floats,
    inverse: Floats,
    stats: Floats,
    nodes: Nodes,
    counts: Floats,
    says: Floats,
    grown: int,
    reward: float,
    key: int,
    offer_key: int,
) -> float:
    """Learn from one response.

    Args:
        row: a bin for each attribute.
        width: how many attributes there were when the row was made; the linear part sees those, now and ever.
        numbers, column_of: which attributes are numbers, and the column of each value; of a number that of bin 0.
        weights, inverse, stats, nodes, counts, says: the offer's arrays.
        grown: trees that there are.
        reward: 0 to 1, less what was due to the agent.
        key: of the response, for its coins and bags; `offer_key` for those of the prior after a drift.

    Returns:
        What was expected, 0 to 1.
    """
    columns, values = np.empty(len(row) + 1, np.int64), np.empty(len(row) + 1)
    size = viewed(row[:width], numbers, column_of, columns, values)
    line = said_by(weights, columns, values, size, 0)
    base = stats[PRIOR] + slope_of(stats) * line
    told = min(max(base + trees_say(nodes, says, grown, row), 0.0), 1.0)
    error = reward - told
    stats[COUNT] += 1.0
    stats[ERROR] += error * error
    stats[ERRORS] += 1.0
    if stats[ERRORS] > 500.0:
        stats[ERROR] *= 0.998
        stats[ERRORS] *= 0.998
    stats[HIT] += line * (reward - stats[PRIOR])
    stats[SQUARE] += line * line
    if watch(stats, error * error):
        begin(weights, inverse, stats, offer_key, KEPT_AFTER_DRIFT)
    for tree in range(grown):
        weight = bag_weight(key, tree)
        if weight > 0:
            leaf = leaf_of(nodes[tree], row)
            counts[tree, leaf] += weight
            says[tree, leaf] += weight * (reward - base - says[tree, leaf]) / (counts[tree, leaf] + SHRINK)
    step(weights, inverse, columns, values, size, reward - stats[PRIOR], key, 1.0)
    return float(told)


@kernel(
    "none(u1[::1], i8, b1[::1], i8[:,::1], f8[:,::1], f8[:,::1], f8[::1], i4[:,::1], f8[:,::1], f8[:,::1], i8, f8, f8,"
    " b1, i8)"
)
def correct(
    row: Bins,
    width: int,
    numbers: Flags,
    column_of: Ints,
    weights: Floats,
    inverse: Floats,
    stats: Floats,
    nodes: Nodes,
    counts: Floats,
    says: Floats,
    grown: int,
    before: float,
    reward: float,
    stays: bool,
    key: int,
) -> None:
    """A response that was learnt with the reward `before` has another one, or is taken back where it does not stay.

    The linear part is what it would be without that response, up to rounding; the trees are until they grow again.
    """
    columns, values = np.empty(len(row) + 1, np.int64), np.empty(len(row) + 1)
    size = viewed(row[:width], numbers, column_of, columns, values)
    base = stats[PRIOR] + slope_of(stats) * said_by(weights, columns, values, size, 0)
    for tree in range(grown):
        weight = bag_weight(key, tree)
        if weight > 0:
            leaf = leaf_of(nodes[tree], row)
            if stays:
                says[tree, leaf] += weight * (reward - before) / (counts[tree, leaf] + SHRINK)
            elif counts[tree, leaf] >= weight:
                counts[tree, leaf] -= weight
                says[tree, leaf] -= weight * (before - base - says[tree, leaf]) / (counts[tree, leaf] + SHRINK)
    if stays:
        gains = np.empty(len(inverse))
        gained(inverse, columns, values, size, gains)
        for at in range(len(gains)):
            weights[at, 0] += gains[at] * (reward - before)
    else:
        stats[COUNT] -= 1.0
        step(weights, inverse, columns, values, size, before - stats[PRIOR], key, -1.0)


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


@inlined
def beta_of(mean: float, deviation: float) -> tuple[float, float]:
    """The Beta with this mean and deviation, or the widest allowed one, which has the strength of the prior."""
    strength = PRIOR_STRENGTH
    if deviation * deviation * (PRIOR_STRENGTH + 1.0) < mean * (1.0 - mean):
        strength = min(mean * (1.0 - mean) / max(deviation * deviation, 1e-18) - 1.0, MOST_STRENGTH)
    return mean * strength, (1.0 - mean) * strength


@kernel(
    "none(i8[:,::1], f8[:,::1], i8, i8[::1], u1[::1], i8[::1], b1[::1], i8[:,::1], f8[:,:,::1], f8[:,::1],"
    " i4[:,:,::1], f8[:,:,::1], i8[::1], f8)"
)
def score(
    found: Ints,
    weighed: Floats,
    allowed: int,
    scorer_of: Ints,
    bins: Bins,
    places: Ints,
    numbers: Flags,
    column_of: Ints,
    weights: Floats,
    stats: Floats,
    nodes: NDArray[np.int32],
    says: Floats,
    grown: Ints,
    exponent: float,
) -> None:
    """Put what the scorers expect in the place of what the profiles do.

    Args:
        found, weighed, allowed, exponent: as `weigh` made and took them; alpha, beta, what is drawn from, propensity
            and score of each allowed offer are replaced, the Beta having the scorer's mean and deviation.
        scorer_of: the scorer of each offer of the publication; below zero where it has none, whose profile stays.
        bins: as `weigh` filled them; `places` has where each attribute is among them.
        numbers, column_of, weights, stats, nodes, says, grown: the scorers, as `learn` takes those of one.
    """
    row = np.empty(len(places), np.uint8)
    for attribute in range(len(places)):
        row[attribute] = bins[places[attribute]]
    columns, values = np.empty(len(row) + 1, np.int64), np.empty(len(row) + 1)
    size = viewed(row, numbers, column_of, columns, values)
    for each in range(allowed):
        scorer = scorer_of[found[ROW, each]]
        if scorer < 0:
            continue
        line, doubt = linear(weights[scorer], columns, values, size)
        known = stats[scorer]
        prior = known[PRIOR] if known[COUNT] > 0.0 else weighed[PROPENSITY, each]
        mean = prior + slope_of(known) * line + trees_say(nodes[scorer], says[scorer], grown[scorer], row)
        spread = math.sqrt(known[ERROR] / known[ERRORS] * doubt / DEVIATIONS)
        mean = min(max(mean, LEAST_MEAN), 1.0 - LEAST_MEAN)
        weighed[ALPHA, each], weighed[BETA, each] = beta_of(mean, spread)
        hoped = min(mean + OPTIMISM * spread, 1.0 - LEAST_MEAN)
        weighed[DRAWN_ALPHA, each], weighed[DRAWN_BETA, each] = beta_of(hoped, SPREAD * spread)
        weighed[PROPENSITY, each] = mean
        worth = mean if exponent == 1.0 else math.pow(mean, exponent)
        weighed[SCORE, each] = worth * weighed[FACTOR, each]


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
