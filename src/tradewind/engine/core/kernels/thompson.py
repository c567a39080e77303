"""P(this candidate's score is the highest), by quadrature over an approximate posterior.

Posterior: of two gamma variables X and Y, propensity = X / (X + Y) is Beta; √X and √Y are nearly normal, so
θ = arcsin √propensity = arctan √(X/Y) is taken as normal, its moments from theirs to first order.
Since score = propensity^exponent · factor, candidates are in the order of reach = √(factor^(1/exponent)) · sin θ.
The distribution functions of all that can win are laid on one grid of reaches; its edges are quantiles of the
candidates, so that narrow and wide posteriors are both resolved. The chance that the best is in a cell is shared by
the hazards of the candidates there: a candidate's mass in the cell over its chance to be below the middle.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined
from tradewind.engine.core.kernels.normal import HALF_PI, arcsine, normal_cdf, sine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EDGES = 33
"""Of a grid at most: 32 cells, eight times four."""

QUANTILES = (-2.0, 3.0)
"""Deviations between which the edges are quantiles of the candidates: who is low does not win."""

CERTAIN = 3.5
"""Deviations beyond which a posterior is taken as over; one side has 2.3e-4."""

CROWD = 24
"""From so many candidates on that can win, the lowest reaches are left out."""

ENOUGH = 8.0
"""So many candidates more than ranks are expected above the lowest reach of a crowd: with less than a chance in a
thousand it matters what is below."""

HALVINGS = 5
"""Of the reaches in which the lowest one of a crowd is looked for."""

LEAST = 1e-150
"""A root below it is none: what is worth so little against the best does not win, and its inverse stays finite."""

CENTRE, SPREAD, ROOT, LOW, HIGH = range(5)
POINTS, FEWEST_POINTS = 15, 6
BUCKETS = 96


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
    crowd = rivals_above(shapes, pool, low)
    if len(crowd) <= CROWD + ranks:
        return low
    size = len(crowd)
    rivals, below = gathered(shapes, crowd), np.empty(size)
    high = low
    for index in crowd:
        high = max(high, shapes[HIGH, index])
    for _ in range(HALVINGS):
        middle, expected = 0.5 * (low + high), float(size)
        for each in range(size):
            below[each] = is_below(middle, rivals[0, each], rivals[1, each], rivals[2, each], rivals[3, each])
        for each in range(size):
            expected -= below[each]
        if expected >= ranks + ENOUGH:
            low = middle
        else:
            high = middle
    return low


@inlined
def rivals_above(shapes: Floats, pool: Ints, low: float) -> Ints:
    """Those of the pool that can reach more than `low`."""
    rivals = np.empty(len(pool), np.int64)
    size = 0
    for index in pool:
        if shapes[HIGH, index] > low:
            rivals[size] = index
            size += 1
    return rivals[:size]


@inlined
def gathered(shapes: Floats, rivals: Ints) -> Floats:
    """Centre, narrowness, root and inverse of each rival, as `is_below` takes them: what it can reach is above zero."""
    found = np.empty((4, len(rivals)))
    for each in range(len(rivals)):
        index = rivals[each]
        found[0, each], found[1, each] = shapes[CENTRE, index], 1.0 / shapes[SPREAD, index]
        found[2, each], found[3, each] = shapes[ROOT, index], 1.0 / shapes[ROOT, index]
    return found


@inlined
def edges_above(shapes: Floats, rivals: Ints, low: float) -> Floats:
    """Edges of the grid from `low` to the highest reach: quantiles of the rivals, more of the high than of the low.

    Reaches are counted in buckets, and taken as even within one: so nothing is sorted.
    """
    if len(rivals) == 0:
        return np.full(1, low)
    points = max(min(POINTS, 5 * EDGES // len(rivals)), FEWEST_POINTS)
    step = (QUANTILES[1] - QUANTILES[0]) / (points - 1)
    top = low
    for index in rivals:
        top = max(top, shapes[HIGH, index])
    width = max((top - low) / BUCKETS, LEAST)
    above = np.empty((len(rivals), points))
    for each in range(len(rivals)):
        centre, spread, root = shapes[CENTRE, rivals[each]], shapes[SPREAD, rivals[each]], shapes[ROOT, rivals[each]]
        for point in range(points):
            theta = centre + (QUANTILES[0] + point * step) * spread
            above[each, point] = (root * sine(min(max(theta, 0.0), HALF_PI)) - low) / width
    counts = np.zeros(BUCKETS, np.int64)
    size = 0
    for each in range(len(rivals)):
        for point in range(points):
            if above[each, point] > 0.0:
                counts[min(int(above[each, point]), BUCKETS - 1)] += 1
                size += 1
    edges = np.empty(min(size + 2, EDGES))
    bucket, passed, last = 0, 0, len(edges) - 1
    edges[0], edges[last] = low, top
    for edge in range(1, last):
        left = 1.0 - edge / last
        wanted = (1.0 - left * math.sqrt(left)) * size
        while passed + counts[bucket] < wanted:
            passed += counts[bucket]
            bucket += 1
        edges[edge] = low + (bucket + (wanted - passed) / counts[bucket]) * width
    return edges


@inlined
def lay(shapes: Floats, pool: Ints, ranks: int, place: Ints) -> tuple[Floats, Floats]:
    """Lay the grid over those of the pool that can win; two tables with a row for each of them, a column per cell.

    First the chance to be below the lower edge of the cell, then the mass in the cell over the chance to be below its
    middle; `place` is filled with the row of each candidate, negative where it cannot win.
    """
    low = lowest_edge(shapes, pool, ranks)
    rivals = rivals_above(shapes, pool, low)
    place[:] = -1
    for row in range(len(rivals)):
        place[rivals[row]] = row
    edges, known = edges_above(shapes, rivals, low), gathered(shapes, rivals)
    cells = len(edges) - 1
    below, weight = np.empty((len(rivals), cells)), np.empty((len(rivals), cells))
    under = np.empty(cells + 1)
    under[cells] = 1.0
    for row in range(len(rivals)):
        centre, narrowness, root, inverse = known[0, row], known[1, row], known[2, row], known[3, row]
        for edge in range(cells):
            under[edge] = is_below(edges[edge], centre, narrowness, root, inverse)
        for cell in range(cells):
            half = max(0.5 * (under[cell] + under[cell + 1]), 1e-12)
            below[row, cell] = under[cell]
            weight[row, cell] = (under[cell + 1] - under[cell]) / half
    return below, weight


@inlined
def best_of(pool: Ints, place: Ints, below: Floats, weight: Floats, chances: Floats) -> float:
    """P(best) for each of the pool, and their sum: less than one as far as the grid lies too high for them.

    The chance that the best is in a cell is shared by the masses in the cell, each over its chance to be below.
    """
    cells = below.shape[1]
    all_below, share = np.ones(cells + 1), np.zeros(cells)
    for index in pool:
        row = place[index]
        if row >= 0:
            for cell in range(cells):
                all_below[cell] *= below[row, cell]
                share[cell] += weight[row, cell]
    for cell in range(cells):
        within = max(all_below[cell + 1] - all_below[cell], 0.0)
        share[cell] = within / share[cell] if share[cell] > 0.0 else 0.0
    total = 0.0
    for each in range(len(pool)):
        row = place[pool[each]]
        chance = 0.0
        if row >= 0:
            first, second, third = 0.0, 0.0, 0.0  # sums side by side do not wait for each other
            fours = cells // 4 * 4
            for cell in range(0, fours, 4):
                chance += weight[row, cell] * share[cell]
                first += weight[row, cell + 1] * share[cell + 1]
                second += weight[row, cell + 2] * share[cell + 2]
                third += weight[row, cell + 3] * share[cell + 3]
            for cell in range(fours, cells):
                chance += weight[row, cell] * share[cell]
            chance += first + second + third
        chances[each] = chance
        total += chance
    return total
