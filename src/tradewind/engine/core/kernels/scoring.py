"""What scorers expect of a customer, in the place of what profiles do: the mean, how sure it is, and what is drawn."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.forest import trees_say
from tradewind.engine.core.kernels.linear import linear, viewed
from tradewind.engine.core.kernels.normal import normal_cdf
from tradewind.engine.core.kernels.scorer import COUNT, DEVIATIONS, ERROR, ERRORS, PRIOR, slope_of
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

OPTIMISM, SPREAD = 0.3, 0.1
"""A score is drawn from mean + OPTIMISM · deviation with SPREAD · deviation."""

LEAST_MEAN = 1e-3
ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
MOST_STRENGTH = 1e9


@inlined
def beta_of(mean: float, deviation: float) -> tuple[float, float]:
    """The Beta with this mean and deviation, or the widest allowed one, which has the strength of the prior."""
    strength = PRIOR_STRENGTH
    if deviation * deviation * (PRIOR_STRENGTH + 1.0) < mean * (1.0 - mean):
        strength = min(mean * (1.0 - mean) / max(deviation * deviation, 1e-18) - 1.0, MOST_STRENGTH)
    return mean * strength, (1.0 - mean) * strength


@inlined
def within(mean: float, deviation: float) -> float:
    """The mean of what is normal about `mean`, kept between 0 and 1: who may be wrong says no chance of nothing."""
    if deviation < 1e-9:
        return min(max(mean, 0.0), 1.0)
    low, high = -mean / deviation, (1.0 - mean) / deviation
    below, above = normal_cdf(low), normal_cdf(-high)
    inside = math.exp(-0.5 * low * low) - math.exp(-0.5 * high * high)
    return mean * (1.0 - below - above) + deviation * inside / ROOT_TWO_PI + above


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
        mean = min(max(within(mean, spread), LEAST_MEAN), 1.0 - LEAST_MEAN)
        weighed[ALPHA, each], weighed[BETA, each] = beta_of(mean, spread)
        hoped = min(mean + OPTIMISM * spread, 1.0 - LEAST_MEAN)
        weighed[DRAWN_ALPHA, each], weighed[DRAWN_BETA, each] = beta_of(hoped, SPREAD * spread)
        weighed[PROPENSITY, each] = mean
        worth = mean if exponent == 1.0 else math.pow(mean, exponent)
        weighed[SCORE, each] = worth * weighed[FACTOR, each]
