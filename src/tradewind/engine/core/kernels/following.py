"""With which probability would this policy have drawn each candidate, rank by rank, behind the ones that stand above?

The same loops as `ranking` stands on, without the draw: what serves is asked about choices that others made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.chances import IN_ORDER, UNIFORM, share_floor
from tradewind.engine.core.kernels.ranking import (
    ALWAYS,
    BY_DEFAULT,
    in_order,
    is_doubtful,
    is_open,
    keep_open,
    plain_vector,
    thompson_vector,
    tier_of,
)
from tradewind.engine.core.kernels.sifting import DISPLAY, OFFER_GROUP, PRIORITY
from tradewind.engine.core.kernels.thompson import posteriors
from tradewind.engine.core.kernels.trees import ALPHA, BETA, FACTOR, ROW, SCORE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@inlined
def place_of(pick: int, pool: Ints) -> int:
    """Where a candidate stands in the pool; negative where it does not."""
    for each in range(len(pool)):
        if pool[each] == pick:
            return each
    return -1


@inlined
def follow_tier(
    policy: int,
    members: Ints,
    weighed: Floats,
    groups: Ints,
    evidence: int,
    exponent: float,
    floor: float,
    first: int,
    per_group: int,
    limit: int,
    group_left: Ints,
    taken: Ints,
    picks: Ints,
    vectors: Floats,
) -> int:
    """Fill a vector for each rank from `first` on, as long as the pick above it was one of those still allowed."""
    allowed = len(groups)
    scores, factors = weighed[SCORE, :allowed], weighed[FACTOR, :allowed]
    place, vector = np.full(allowed, -1, np.int64), np.empty(len(members))
    grid, shapes = (np.empty((0, 0)), np.empty((0, 0))), np.empty((0, 0))
    doubtful = is_doubtful(policy, members, factors, exponent)
    if doubtful:
        shapes = posteriors(weighed[ALPHA, :allowed], weighed[BETA, :allowed], factors, exponent)
    rank, size = first, keep_open(members, len(members), groups, taken, per_group, group_left)
    while rank < len(picks) and size > 0:
        left, now = members[:size], vector[:size]
        if doubtful and size > 1:
            grid = thompson_vector(scores, left, min(limit - rank, size), shapes, grid, place, now)
        else:
            plain_vector(policy, scores, left, evidence, now)
        if policy < UNIFORM:
            share_floor(now, floor)
        for each in range(size):
            vectors[rank, left[each]] = now[each]
        at = place_of(picks[rank], left)
        rank += 1
        if at < 0:
            break
        taken[groups[left[at]]] += 1
        for index in range(at, size - 1):
            left[index] = left[index + 1]
        size = keep_open(members, size - 1, groups, taken, per_group, group_left)
    return rank


@kernel("UniTuple(i8, 3)(i8[:,::1], f8[:,::1], i8, i8, i8[:,::1], i8, f8, f8, i8, i8, i8[::1], i8, i8[::1], f8[:,::1])")
def follow(
    found: Ints,
    weighed: Floats,
    allowed: int,
    evidence: int,
    offers: Ints,
    policy: int,
    exponent: float,
    floor: float,
    limit: int,
    per_group: int,
    group_left: Ints,
    number_of_groups: int,
    picks: Ints,
    vectors: Floats,
) -> tuple[int, int, int]:
    """The vector that `rank` would have drawn from at each rank, had it drawn `picks` above it.

    Args:
        found, weighed, allowed, evidence: what `weigh` made.
        offers: the publication's columns.
        policy, exponent, floor: how the next offer is drawn; with `UNIFORM` everything competes.
        limit: how many may be shown.
        per_group: of one group; a huge number where there is no such limit.
        group_left: how many more of each group the contact policies let be shown; empty where all may.
        number_of_groups: of the publication.
        picks: the candidate at each rank; negative for none, behind which nothing is followed.
        vectors: zeros, a row for each of `picks` and a column for each candidate; filled as far as they can be
            followed: the row of the first pick that could not have been drawn is the last.

    Returns:
        How many rows are filled, how many of them are those of `always` offers, and 1 where only defaults compete.
    """
    scores = weighed[SCORE, :allowed]
    groups = np.empty(allowed, np.int64)
    display = np.empty(allowed, np.int64)
    priorities = np.empty(allowed, np.int64)
    for each in range(allowed):
        groups[each] = offers[OFFER_GROUP, found[ROW, each]]
        display[each] = offers[DISPLAY, found[ROW, each]]
        priorities[each] = offers[PRIORITY, found[ROW, each]]
    taken = np.zeros(number_of_groups, np.int64)
    members = np.empty(allowed, np.int64)
    above, size, falls_back = 0, allowed, 0
    for each in range(allowed):
        members[each] = each
    if policy != UNIFORM:
        size = in_order(scores, display, ALWAYS, members)
        for each in range(size):
            index = members[each]
            if above < min(limit, len(picks)) and is_open(groups[index], taken, limit, group_left):
                vectors[above, index] = 1.0
                above += 1
                if picks[above - 1] != index:
                    return above, above, 0
                taken[groups[index]] += 1
        size, _ = tier_of(priorities, display, -1.0, members)
        if size == 0:
            policy = IN_ORDER
            size = in_order(scores, display, BY_DEFAULT, members)
            falls_back = 1 if size > 0 else 0
    filled = follow_tier(
        policy, members[:size], weighed, groups, evidence, exponent, floor, above, per_group, limit, group_left,
        taken, picks[: max(limit, 0)], vectors,
    )  # fmt: skip
    return filled, above, falls_back
