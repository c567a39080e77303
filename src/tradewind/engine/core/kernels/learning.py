"""What a scorer learns from a response, and from one that is corrected; and whether the world has changed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.coins import bag_weight
from tradewind.engine.core.kernels.forest import SHRINK, leaf_of, trees_say
from tradewind.engine.core.kernels.linear import begin, gained, said_by, step, viewed
from tradewind.engine.core.kernels.scorer import (
    COUNT,
    DRIFTS,
    ERROR,
    ERRORS,
    HIT,
    LEANING,
    PRIOR,
    RECENT,
    RECENTS,
    SQUARE,
    USUAL,
    USUAL_SQUARE,
    USUALS,
    slope_of,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Nodes = NDArray[np.int32]

WATCHED, SETTLED, ALARM, LEANS = 0.98, 200.0, 5.0, 4.0
RARE = 0.05
"""How much of the recent errors is kept, when the usual one is known, and how many deviations and `RARE` are a drift:
of the squared error, and of the error with its sign.

Rare acceptances come in heaps: without `RARE` two of them close together would be one.
"""


@inlined
def judge(stats: Floats, line: float, reward: float, error: float) -> None:
    """Count a response, the error that was made with it, and what the linear part had said."""
    stats[COUNT] += 1.0
    stats[ERROR] += error * error
    stats[ERRORS] += 1.0
    if stats[ERRORS] > 500.0:
        stats[ERROR] *= 0.998
        stats[ERRORS] *= 0.998
    stats[HIT] += line * (reward - stats[PRIOR])
    stats[SQUARE] += line * line


@inlined
def forget(stats: Floats) -> None:
    """Count a drift: what errors are usual is to be learnt anew."""
    stats[USUAL] = stats[USUAL_SQUARE] = stats[USUALS] = stats[LEANING] = 0.0
    stats[DRIFTS] += 1.0


@inlined
def watch(stats: Floats, error: float) -> bool:
    """Whether recent errors lie so far on one side, or are so much larger than usual, that things have changed."""
    square = error * error
    stats[RECENT] = WATCHED * stats[RECENT] + square
    stats[RECENTS] = WATCHED * stats[RECENTS] + 1.0
    stats[LEANING] = WATCHED * stats[LEANING] + error
    drifted = False
    if stats[USUALS] > SETTLED:
        mean = stats[USUAL] / stats[USUALS]
        variance = max(stats[USUAL_SQUARE] / stats[USUALS] - mean * mean, 1e-4)
        drifted = stats[RECENT] / stats[RECENTS] - mean > ALARM * math.sqrt(variance / 100.0) + RARE
        leans = math.fabs(stats[LEANING]) / stats[RECENTS]
        drifted = drifted or leans > LEANS * math.sqrt(mean / 100.0) + RARE
    if drifted:
        forget(stats)
    stats[USUAL] += square
    stats[USUAL_SQUARE] += square * square
    stats[USUALS] += 1.0
    return drifted


@kernel(
    "f8(u1[::1], i8, b1[::1], i8[:,::1], f8[:,::1], f8[:,::1], f8[::1], i4[:,::1], f8[:,::1], f8[:,::1], i8, f8,"
    " i8, i8, f8[::1])"
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
    common: Floats,
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
        common: as `stats`, of all offers together; a drift of all is counted there, what follows is up to the caller.

    Returns:
        What was expected, 0 to 1.
    """
    columns, values = np.empty(len(row) + 1, np.int64), np.empty(len(row) + 1)
    size = viewed(row[:width], numbers, column_of, columns, values)
    line = said_by(weights, columns, values, size, 0)
    base = stats[PRIOR] + slope_of(stats) * line
    told = min(max(base + trees_say(nodes, says, grown, row), 0.0), 1.0)
    error = reward - told
    judge(stats, line, reward, error)
    if watch(stats, error):
        begin(weights, inverse, stats, offer_key)
    watch(common, error)
    for tree in range(grown):
        weight = bag_weight(key, tree)
        if weight > 0:
            leaf = leaf_of(nodes[tree], row)
            counts[tree, leaf] += weight
            says[tree, leaf] += weight * (reward - base - says[tree, leaf]) / (counts[tree, leaf] + SHRINK)
    step(weights, inverse, columns, values, size, reward - stats[PRIOR], key, 1.0)
    return float(told)


@kernel("none(f8[:,::1], f8[:,::1], f8[::1], i8)")
def doubt(weights: Floats, inverse: Floats, stats: Floats, offer_key: int) -> None:
    """Doubt what is known of an offer, as a drift of its own makes it."""
    forget(stats)
    begin(weights, inverse, stats, offer_key)


@kernel("none(u1[:,::1], i8[::1], b1[::1], i8[:,::1], f8[:,::1], f8[:,::1], f8[::1], f8[::1], i8[::1])")
def learn_past(
    rows: NDArray[np.uint8],
    widths: Ints,
    numbers: Flags,
    column_of: Ints,
    weights: Floats,
    inverse: Floats,
    stats: Floats,
    rewards: Floats,
    keys: Ints,
) -> None:
    """Learn from responses of before a scorer began, as `learn` does while there are no trees; no drift is looked for.

    Args:
        rows, widths, rewards, keys: an entry for each response, the oldest first.
        numbers, column_of, weights, inverse, stats: as `learn` takes them.
    """
    columns, values = np.empty(rows.shape[1] + 1, np.int64), np.empty(rows.shape[1] + 1)
    for each in range(len(rows)):
        size = viewed(rows[each, : widths[each]], numbers, column_of, columns, values)
        line = said_by(weights, columns, values, size, 0)
        told = min(max(stats[PRIOR] + slope_of(stats) * line, 0.0), 1.0)
        judge(stats, line, rewards[each], rewards[each] - told)
        step(weights, inverse, columns, values, size, rewards[each] - stats[PRIOR], keys[each], 1.0)


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
