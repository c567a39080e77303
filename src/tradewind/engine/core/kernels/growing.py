"""Regression trees for what an offer's linear part leaves over, grown beside the engine from retained responses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.kernels.coins import bag_weight, mixed
from tradewind.engine.core.kernels.forest import SHRINK
from tradewind.engine.core.kernels.scorer import DEPTH, NODES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.uint8]
Nodes = NDArray[np.int32]

NO_GAIN = 1e-7
_SIZE, _SUM = 0, 1


@inlined
def put_in_order(sums: Floats, order: Ints) -> None:
    """Sort the values of a category by their mean, which makes the best of all subsets a cut (Breiman et al. 1984)."""
    for each in range(1, MISSING + 1):
        value, place = order[each], each - 1
        mean = sums[_SUM, value] / sums[_SIZE, value] if sums[_SIZE, value] > 0.0 else 1e9
        while place >= 0:
            other = order[place]
            if (sums[_SUM, other] / sums[_SIZE, other] if sums[_SIZE, other] > 0.0 else 1e9) <= mean:
                break
            order[place + 1] = other
            place -= 1
        order[place + 1] = value


@inlined
def best_cut(sums: Floats, order: Ints, size: float, total: float, least: float) -> tuple[float, int]:
    """How much less the squares are with the best cut between bins in this order, and the mask of its first side."""
    best, mask, first, left, of_left = 0.0, 0, 0, 0.0, 0.0
    for each in range(MISSING):
        at = order[each]
        first |= 1 << at
        if sums[_SIZE, at] == 0.0:
            continue
        left += sums[_SIZE, at]
        of_left += sums[_SUM, at]
        right = size - left
        if left < least or right < least:
            continue
        gain = of_left * of_left / left + (total - of_left) * (total - of_left) / right - total * total / size
        if gain > best:
            best, mask = gain, first
    return best, mask


@inlined
def parted(rows: Rows, order: Ints, start: int, end: int, attribute: int, mask: int, behind: Ints) -> int:
    """Bring those of the first side to the front of a stretch of `order`; where the second side begins."""
    middle, others = start, 0
    for place in range(start, end):
        each = order[place]
        if (mask >> rows[each, attribute]) & 1:
            order[middle] = each
            middle += 1
        else:
            behind[others] = each
            others += 1
    for place in range(others):
        order[middle + place] = behind[place]
    return middle


@inlined
def found_cut(
    rows: Rows,
    targets: Floats,
    weight: Floats,
    order: Ints,
    start: int,
    end: int,
    numbers: Flags,
    size: float,
    total: float,
    tried: int,
    seed: int,
    least: float,
    attributes: Ints,
) -> tuple[int, int]:
    """The attribute and the mask of the best cut of a node; no attribute (-1) where none is worth it.

    Attributes are looked at in an order drawn by `seed`, at least `tried` of them and until one can be cut.
    """
    sums, values = np.empty((2, MISSING + 1)), np.empty(MISSING + 1, np.int64)
    best, chosen, mask = NO_GAIN, -1, 0
    for each in range(len(attributes)):
        if each >= tried and chosen >= 0:
            break
        other = each + mixed(seed ^ each) % (len(attributes) - each)
        attribute = attributes[other]
        attributes[other] = attributes[each]
        attributes[each] = attribute
        sums[:] = 0.0
        for place in range(start, end):
            response = order[place]
            at = rows[response, attribute]
            sums[_SIZE, at] += weight[response]
            sums[_SUM, at] += weight[response] * targets[response]
        for at in range(MISSING + 1):
            values[at] = at
        if not numbers[attribute]:
            put_in_order(sums, values)
        gain, first = best_cut(sums, values, size, total, least)
        if gain > best:
            best, chosen, mask = gain, attribute, first
    return chosen, mask


@inlined
def grow_one(
    rows: Rows,
    targets: Floats,
    numbers: Flags,
    weight: Floats,
    order: Ints,
    behind: Ints,
    tried: int,
    seed: int,
    least: float,
    nodes: Nodes,
    counts: Floats,
    says: Floats,
) -> None:
    """Grow one tree over the responses in `order`, which is put into the order of its nodes."""
    start, end = np.zeros(NODES, np.int64), np.zeros(NODES, np.int64)
    depth, above = np.zeros(NODES, np.int64), np.zeros(NODES)
    attributes = np.arange(rows.shape[1])
    end[0] = len(order)
    made, node = 1, 0
    while node < made:
        size, total, squares = 0.0, 0.0, 0.0
        for place in range(start[node], end[node]):
            each = order[place]
            size += weight[each]
            total += weight[each] * targets[each]
            squares += weight[each] * targets[each] * targets[each]
        nodes[node], counts[node] = 0, size
        says[node] = (total + SHRINK * above[node]) / (size + SHRINK)
        splits = made + 2 <= NODES and depth[node] < DEPTH and size >= 2.0 * least
        if splits and squares - total * total / size > 1e-9:
            attribute, mask = found_cut(
                rows, targets, weight, order, start[node], end[node], numbers, size, total, tried, mixed(seed ^ node),
                least, attributes,
            )  # fmt: skip
            if attribute >= 0:
                middle = parted(rows, order, start[node], end[node], attribute, mask, behind)
                nodes[node] = mask | attribute << 17 | made << 25
                start[made], end[made], start[made + 1], end[made + 1] = start[node], middle, middle, end[node]
                depth[made] = depth[made + 1] = depth[node] + 1
                above[made] = above[made + 1] = says[node]
                made += 2
        node += 1


@kernel("none(u1[:,::1], f8[::1], b1[::1], i8[::1], i8, i8, i8, f8, i4[:,::1], f8[:,::1], f8[:,::1])")
def grow(
    rows: NDArray[np.uint8],
    targets: Floats,
    numbers: Flags,
    keys: Ints,
    trees: int,
    tried: int,
    seed: int,
    least: float,
    nodes: Nodes,
    counts: Floats,
    says: Floats,
) -> None:
    """Grow bagged regression trees, each breadth first (Breiman et al. 1984): numbers by cut point, categories by mean.

    Args:
        rows, targets, keys: (responses, attributes) bins, what is to be said of each, and its key for the bags.
        numbers: which attributes are numbers.
        trees: how many.
        tried: attributes that are looked at in a node, drawn by `seed`.
        least: weight that each side of a split must have.
        nodes, counts, says: filled.
    """
    weight, order, behind = np.empty(len(rows)), np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    for tree in range(trees):
        size = 0
        for each in range(len(rows)):
            weight[each] = bag_weight(keys[each], tree)
            if weight[each] > 0.0:
                order[size] = each
                size += 1
        grow_one(
            rows, targets, numbers, weight, order[:size], behind, tried, mixed(mixed(seed) ^ tree), least,
            nodes[tree], counts[tree], says[tree],
        )  # fmt: skip
