"""Between what bounds does a propensity lie? The equal-tailed credible interval of a Beta posterior."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TAIL = (1.0 - 0.95) / 2.0
"""On either side of the interval of a decision."""

SIDE = 24
"""Steps on either side of the mode."""

MOST = 700.0
"""Log odds beyond which nothing is told apart; their odds are still a double."""


@inlined
def reach_of(near: float, far: float) -> float:
    """How far from the mode the density of the log odds matters, on the side on which `near` makes it fall."""
    spread = math.sqrt(1.0 / near + 1.0 / far)
    return min(8.0 * max(spread, 1.0 / far), 34.0 / far + 1.3 * math.log1p(34.0 / near) + 1.0)


@inlined
def odds_of(mode: float, steps: tuple[float, float]) -> Floats:
    """The odds at every point, each from its neighbour nearer to the mode: a product costs less than a power."""
    odds = np.empty(2 * SIDE + 1)
    odds[SIDE] = math.exp(min(mode, MOST))
    down, up, most = math.exp(-steps[0]), math.exp(min(steps[1], MOST)), math.exp(MOST)
    for point in range(SIDE):
        odds[SIDE - point - 1] = odds[SIDE - point] * down
        odds[SIDE + point + 1] = min(odds[SIDE + point], most / up) * up
    return odds


@inlined
def bounds(alpha: float, beta: float, tail: float) -> tuple[float, float]:
    """Where the distribution function of Beta(alpha, beta) is `tail` and 1 - `tail`, to about 1e-3.

    The density of the log odds is smooth and falls at least exponentially on both sides: trapezoids on either
    side of the mode, each with the correction of Euler and Maclaurin, give the distribution function at the
    points; between two the density is taken as linear.
    """
    mode, size = math.log(alpha / beta), alpha + beta
    at_mode = alpha * mode - size * math.log(size / beta)
    below, above = reach_of(beta, alpha), reach_of(alpha, beta)
    steps = (below / SIDE, above / SIDE)
    odds_at = odds_of(mode, steps)
    density = np.empty(2 * SIDE + 1)
    cumulated = np.empty(2 * SIDE + 1)
    total = 0.0
    for point in range(2 * SIDE + 1):
        step = steps[0] if point <= SIDE else steps[1]
        log_odds, odds = min(mode + (point - SIDE) * step, MOST), odds_at[point]
        density[point] = math.exp(alpha * log_odds - size * math.log(1.0 + odds) - at_mode)
        if point:
            total += 0.5 * step * (density[point - 1] + density[point])
        slope = density[point] * (alpha - size * (odds / (1.0 + odds)))
        cumulated[point] = total - step * step / 12.0 * slope
    return (
        quantile(tail * total, mode, steps, density, cumulated),
        quantile((1.0 - tail) * total, mode, steps, density, cumulated),
    )


@inlined
def quantile(target: float, mode: float, steps: tuple[float, float], density: Floats, cumulated: Floats) -> float:
    """The propensity below which `target` of the cumulated density lies."""
    point = 0
    while point < 2 * SIDE - 1 and cumulated[point + 1] < target:
        point += 1
    step = steps[0] if point < SIDE else steps[1]
    low, high = density[point], density[point + 1]
    within = cumulated[point + 1] - cumulated[point]
    share = 0.0
    if within > 0.0:
        share = min(max((target - cumulated[point]) / within, 0.0), 1.0)
    area = share * 0.5 * (low + high)
    root = math.sqrt(low * low + 2.0 * (high - low) * area)
    along = 2.0 * area / (low + root) if low + root > 0.0 else share
    odds = math.exp(min(mode + (point - SIDE + along) * step, MOST))
    return odds / (1.0 + odds)


@kernel("void(f8[:,::1], i8[::1], i8, f8, f8[:,::1])")
def intervals(shapes: Floats, chosen: Ints, size: int, tail: float, ends: Floats) -> None:
    """Fill `ends` with the lower and the upper bound of the first `size` chosen columns of (alpha, beta)."""
    for each in range(size):
        index = chosen[each]
        ends[each, 0], ends[each, 1] = bounds(shapes[0, index], shapes[1, index], tail)
