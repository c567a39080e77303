"""P(this candidate's score is the highest), by quadrature over an approximate posterior.

Posterior: of two gamma variables X and Y, propensity = X / (X + Y) is Beta; √X and √Y are nearly normal, so
θ = arcsin √propensity = arctan √(X/Y) is taken as normal, its moments from theirs to first order.
Since score = propensity^exponent · factor, candidates are in the order of reach = √(factor^(1/exponent)) · sin θ.
The distribution functions of all that can win are laid on one grid of reaches; its edges are quantiles of the
candidates, so that narrow and wide posteriors are both resolved. A cell's mass of one candidate counts with the
chance that all others are below the middle of the cell.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined
from tradewind.engine.core.kernels.normal import HALF_PI, arcsine, normal_cdf, sine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EDGES = 64
"""Of a grid at most: 63 cells."""

CERTAIN = 3.5
"""Deviations beyond which a posterior is taken as over; one side has 2.3e-4."""

CROWD = 24
"""From so many candidates on that can win, the lowest reaches are left out."""

ENOUGH = 8.0
"""So many candidates more than ranks are expected above the lowest reach of a crowd: with less than a chance in a
thousand it matters what is below."""

LEAST = 1e-150
"""A root below it is none: what is worth so little against the best does not win, and its inverse stays finite."""

CENTRE, SPREAD, ROOT, LOW, HIGH = range(5)
POINTS = 15


@inlined
def root_mean(shape: float) -> float:
    """E √X of a gamma variable: Γ(s + 1/2) / Γ(s), relative error below 2e-3."""
    above = shape + 1.0
    return math.sqrt(above - 0.25 + 0.03125 / above) * shape / (shape + 0.5)


@inlined
def angle(alpha: float, beta: float) -> tuple[float, float]:
    """Mean and standard deviation of θ = arcsin √propensity under Beta(alpha, beta), to first order."""
    root_x, root_y = root_mean(alpha), root_mean(beta)
    x, y = root_x * root_x, root_y * root_y
    variance = (y * (alpha - x) + x * (beta - y)) / ((x + y) * (x + y))
    return arcsine(root_x / math.sqrt(x + y)), math.sqrt(variance)


@inlined
def posteriors(alpha: Floats, beta: Floats, factor: Floats, exponent: float) -> Floats:
    """Centre, spread, root of the factor, and both ends of the reach of each candidate; roots are relative."""
    size = len(alpha)
    most = 0.0
    for each in range(size):
        most = max(most, factor[each])
    shapes = np.empty((5, size))
    for each in range(size):
        shapes[ROOT, each] = math.sqrt(factor[each] / most)
    if exponent != 1.0:
        for each in range(size):
            shapes[ROOT, each] = math.pow(shapes[ROOT, each], 1.0 / exponent)
    for each in range(size):
        centre, spread = angle(alpha[each], beta[each])
        root = shapes[ROOT, each]
        if root < LEAST:
            root = 0.0
        shapes[ROOT, each] = root
        shapes[CENTRE, each] = centre
        shapes[SPREAD, each] = spread
        shapes[LOW, each] = root * sine(max(centre - CERTAIN * spread, 0.0))
        shapes[HIGH, each] = root * sine(min(centre + CERTAIN * spread, HALF_PI))
    return shapes


@inlined
def is_below(reach: float, centre: float, narrowness: float, root: float, inverse: float) -> float:
    """P(a candidate's reach is at most `reach`), which is above zero.

    `narrowness` is one over the spread, `inverse` one over the root: a product costs less than a division.
    """
    chance = normal_cdf((arcsine(min(reach * inverse, 1.0)) - centre) * narrowness)
    return 1.0 if reach >= root else chance


@inlined
def highest(values: Floats, chosen: Ints, rank: int) -> float:
    """The value that `rank` - 1 of the chosen ones are above; the lowest where there are not so many."""
    best = np.full(rank, -1.0)
    for index in chosen:
        value = values[index]
        for place in range(rank):
            if value > best[place]:
                best[place], value = value, best[place]
    found = -1.0
    for place in range(rank):
        if best[place] >= 0.0:
            found = best[place]
    return found


@inlined
def lowest_edge(shapes: Floats, pool: Ints, ranks: int) -> float:
    """Below it nobody wins, not even when the best `ranks` - 1 are gone."""
    low = highest(shapes[LOW], pool, ranks)
    top, crowd = 0.0, 0
    for index in pool:
        top = max(top, shapes[HIGH, index])
        crowd += 1 if shapes[HIGH, index] > low else 0
    if crowd <= CROWD + ranks:
        return low
    high = top
    for _ in range(7):
        middle = 0.5 * (low + high)
        expected = 0.0
        for index in pool:
            if shapes[HIGH, index] > middle:
                root = shapes[ROOT, index]
                expected += 1.0 - is_below(middle, shapes[CENTRE, index], 1.0 / shapes[SPREAD, index], root, 1.0 / root)
        if expected >= ranks + ENOUGH:
            low = middle
        else:
            high = middle
    return low


@inlined
def edges_above(shapes: Floats, rivals: Ints, low: float) -> Floats:
    """Edges of the grid from `low` up: quantiles of the rivals, evenly picked, the highest included."""
    points = POINTS if len(rivals) * POINTS <= 3 * EDGES else max(3 * EDGES // len(rivals), 3)
    step = 2.0 * CERTAIN / (points - 1)
    reaches = np.empty(len(rivals) * points)
    size = 0
    for index in rivals:
        for point in range(points):
            theta = shapes[CENTRE, index] + (point * step - CERTAIN) * shapes[SPREAD, index]
            reach = shapes[ROOT, index] * sine(min(max(theta, 0.0), HALF_PI))
            if reach > low:
                reaches[size] = reach
                size += 1
    ascend(reaches, size)
    most = min(size + 1, EDGES)
    edges = np.empty(most)
    edges[0] = low
    for edge in range(1, most):
        edges[edge] = reaches[(edge - 1) * (size - 1) // max(most - 2, 1)]
    return edges


@inlined
def ascend(values: Floats, size: int) -> None:
    """Sort the first `size` values in place (Shell 1959)."""
    gap = size
    while gap > 1:
        gap = gap // 3 + 1
        for start in range(gap, size):
            value, place = values[start], start
            while place >= gap and values[place - gap] > value:
                values[place] = values[place - gap]
                place -= gap
            values[place] = value


@inlined
def lay(shapes: Floats, pool: Ints, ranks: int, place: Ints) -> tuple[Floats, Floats]:
    """Lay the grid over those of the pool that can win; two tables with a row for each of them, a column per cell.

    First the chance to be below the middle of the cell, then the mass in the cell over that chance; `place` is
    filled with the row of each candidate, negative where it cannot win.
    """
    low = lowest_edge(shapes, pool, ranks)
    place[:] = -1
    rivals = np.empty(len(pool), np.int64)
    size = 0
    for index in pool:
        if shapes[HIGH, index] > low:
            place[index] = size
            rivals[size] = index
            size += 1
    rivals = rivals[:size]
    edges = edges_above(shapes, rivals, low)
    cells = len(edges) - 1
    middle, weight = np.empty((size, cells)), np.empty((size, cells))
    under = np.empty(cells + 1)
    for row in range(size):
        index = rivals[row]
        centre, narrowness, root = shapes[CENTRE, index], 1.0 / shapes[SPREAD, index], shapes[ROOT, index]
        inverse = 1.0 / root  # above zero, since what it can reach is
        for edge in range(cells):
            under[edge] = is_below(edges[edge], centre, narrowness, root, inverse)
        under[cells] = 1.0
        for cell in range(cells):
            half = max(0.5 * (under[cell] + under[cell + 1]), 1e-12)
            middle[row, cell] = half
            weight[row, cell] = (under[cell + 1] - under[cell]) / half
    return middle, weight


@inlined
def best_of(pool: Ints, place: Ints, middle: Floats, weight: Floats, chances: Floats) -> float:
    """P(best) for each of the pool, and their sum: less than one as far as the grid lies too high for them."""
    cells = middle.shape[1]
    all_below = np.ones(cells)
    for index in pool:
        row = place[index]
        if row >= 0:
            for cell in range(cells):
                all_below[cell] *= middle[row, cell]
    total = 0.0
    for each in range(len(pool)):
        row = place[pool[each]]
        chance = 0.0
        if row >= 0:
            first, second, third = 0.0, 0.0, 0.0  # sums side by side do not wait for each other
            fours = cells // 4 * 4
            for cell in range(0, fours, 4):
                chance += weight[row, cell] * all_below[cell]
                first += weight[row, cell + 1] * all_below[cell + 1]
                second += weight[row, cell + 2] * all_below[cell + 2]
                third += weight[row, cell + 3] * all_below[cell + 3]
            for cell in range(fours, cells):
                chance += weight[row, cell] * all_below[cell]
            chance += first + second + third
        chances[each] = chance
        total += chance
    return total
