"""Which is worth most? Which offer is drawn for each rank, among those that compete and whose group is not full."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.chances import (
    IN_ORDER,
    SQUARECB,
    THOMPSON,
    UNIFORM,
    draw,
    greedy,
    is_introduced,
    share_floor,
    share_introduction,
    squarecb,
)
from tradewind.engine.core.kernels.intervals import TAIL, bounds
from tradewind.engine.core.kernels.lining_up import ALWAYS, columns_of, is_open, line_up
from tradewind.engine.core.kernels.thompson import best_of, lay, posteriors
from tradewind.engine.core.kernels.trees import (
    ALPHA,
    BETA,
    DRAWN_ALPHA,
    DRAWN_BETA,
    FACTOR,
    NEW,
    PROFILE,
    PROPENSITY,
    ROW,
    SCORE,
    TRIES,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

UNIFORM_AT, CHANCE, LOWER, UPPER, MEAN, WORTH = range(6)
RANK_FIELDS = 6
PICK, PICKED_ROW, PICKED_PROFILE = range(3)
PICK_FIELDS = 3
LOWEST_SHARE = 0.97
"""Of what should be one: with less the grid of reaches lies too high for who is left, and is laid again."""


@inlined
def is_doubtful(policy: int, members: Ints, factors: Floats, exponent: float) -> bool:
    """Whether Thompson sampling has anything to doubt: several candidates, and one of them worth something."""
    if policy != THOMPSON or len(members) < 2 or exponent <= 0.0:
        return False
    worth = 0
    for index in members:
        worth += factors[index] > 0.0
    return worth > 0


@inlined
def keep_open(left: Ints, size: int, groups: Ints, taken: Ints, per_group: int, group_left: Ints) -> int:
    """Keep those of the first `size` whose group has a place left, in front; how many."""
    kept = 0
    for each in range(size):
        if is_open(groups[left[each]], taken, per_group, group_left):
            left[kept] = left[each]
            kept += 1
    return kept


@inlined
def plain_vector(policy: int, scores: Floats, left: Ints, evidence: int, vector: Floats) -> None:
    """The probabilities of a policy that looks at scores alone, if at them."""
    if policy == IN_ORDER:
        vector[:] = 0.0
        vector[0] = 1.0
    elif policy == UNIFORM:
        vector[:] = 1.0 / len(vector)
    elif policy == SQUARECB:
        squarecb(scores, left, evidence, vector)
    else:
        greedy(scores, left, vector)


@inlined
def thompson_vector(
    scores: Floats, left: Ints, ranks: int, shapes: Floats, grid: tuple[Floats, Floats], place: Ints, vector: Floats
) -> tuple[Floats, Floats]:
    """The probabilities by Thompson sampling, and the grid they were found on, which serves the next rank too."""
    total = best_of(left, place, grid[0], grid[1], vector)
    if total < LOWEST_SHARE:
        grid = lay(shapes, left, ranks, place)
        total = best_of(left, place, grid[0], grid[1], vector)
    if total < 1e-9:
        greedy(scores, left, vector)
    return grid


@inlined
def share(tries: Floats, new: Floats, left: Ints, introduction: float, floor: float, vector: Floats) -> None:
    """What is tried whatever the scores say: the exploration share, and new ones until they are known."""
    if is_introduced(tries, new, left, introduction):
        share_introduction(tries, new, left, introduction, floor, vector)
    else:
        share_floor(vector, floor)


@inlined
def place_of(pick: int, left: Ints) -> int:
    """Where a candidate stands among those left; negative where it does not."""
    for each in range(len(left)):
        if left[each] == pick:
            return each
    return -1


@inlined
def fill(
    policy: int,
    members: Ints,
    weighed: Floats,
    allowed: int,
    groups: Ints,
    evidence: int,
    exponent: float,
    floor: float,
    introduction: float,
    first: int,
    limit: int,
    per_group: int,
    group_left: Ints,
    taken: Ints,
    uniforms: Floats,
    known: Ints,
    picks: Ints,
    chances: Floats,
    vectors: Floats,
) -> int:
    """Fill `picks` rank after rank from the vector over what is still allowed; how many ranks are filled then.

    A rank that has an entry in `known` is not drawn; where that candidate is not allowed any more, its rank is the
    last. `vectors` keeps the vector of each rank that it has a row for.
    """
    scores, factors = weighed[SCORE, :allowed], weighed[FACTOR, :allowed]
    place, vector = np.full(allowed, -1, np.int64), np.empty(len(members))
    grid, shapes = (np.empty((0, 0)), np.empty((0, 0))), np.empty((0, 0))
    doubtful = is_doubtful(policy, members, factors, exponent)
    if doubtful:
        shapes = posteriors(weighed[DRAWN_ALPHA, :allowed], weighed[DRAWN_BETA, :allowed], factors, exponent)
    rank, size = first, keep_open(members, len(members), groups, taken, per_group, group_left)
    while rank < min(limit, len(picks)) and size > 0:
        left, now = members[:size], vector[:size]
        if doubtful and size > 1:
            grid = thompson_vector(scores, left, min(limit - rank, size), shapes, grid, place, now)
        else:
            plain_vector(policy, scores, left, evidence, now)
        if policy < UNIFORM:
            share(weighed[TRIES, :allowed], weighed[NEW, :allowed], left, introduction, floor, now)
        if rank < len(vectors):
            for each in range(size):
                vectors[rank, left[each]] = now[each]
        drawn = place_of(known[rank], left) if rank < len(known) else draw(now, uniforms[rank])
        if drawn < 0:
            return rank + 1
        picks[rank] = left[drawn]
        chances[rank] = now[drawn]
        taken[groups[left[drawn]]] += 1
        for index in range(drawn, size - 1):
            left[index] = left[index + 1]
        size = keep_open(members, size - 1, groups, taken, per_group, group_left)
        rank += 1
    return rank


@inlined
def mark(policy: int, display: Ints, members: Ints, size: int, competed: Flags) -> int:
    """Fill `competed` with whether each candidate did, `always` offers among them; how many did."""
    ranked = size
    for each in range(len(competed)):
        competed[each] = policy != UNIFORM and display[each] == ALWAYS
        ranked += 1 if competed[each] else 0
    for each in range(size):
        competed[members[each]] = True
    return ranked


@inlined
def tell(found: Ints, weighed: Floats, shown: int, ranks: Floats, chosen: Ints) -> None:
    """Fill in what is known of the candidate at each rank that is shown."""
    for each in range(shown):
        pick = chosen[PICK, each]
        chosen[PICKED_ROW, each], chosen[PICKED_PROFILE, each] = found[ROW, pick], found[PROFILE, pick]
        ranks[LOWER, each], ranks[UPPER, each] = bounds(weighed[ALPHA, pick], weighed[BETA, pick], TAIL)
        ranks[MEAN, each], ranks[WORTH, each] = weighed[PROPENSITY, pick], weighed[SCORE, pick]


@kernel(
    "UniTuple(i8, 3)(i8[:,::1], f8[:,::1], i8, i8, i8[:,::1], i8, f8, f8, f8, i8, i8, i8[::1], i8, f8,"
    " f8[:,::1], i8[:,::1], b1[::1])"
)
def rank(
    found: Ints,
    weighed: Floats,
    allowed: int,
    evidence: int,
    offers: Ints,
    policy: int,
    exponent: float,
    floor: float,
    introduction: float,
    limit: int,
    per_group: int,
    group_left: Ints,
    number_of_groups: int,
    tier_uniform: float,
    ranks: Floats,
    chosen: Ints,
    competed: Flags,
) -> tuple[int, int, int]:
    """`always` offers first, then only the highest tier that has one (1 is the highest), defaults if there is none.

    At most `per_group` of one group are picked; `always` offers count for that but are never held back by it.
    With the policy `UNIFORM` everything competes, tiers and scores left aside.

    Args:
        found, weighed, allowed, evidence: what `weigh` made.
        offers: the publication's columns.
        policy, exponent, floor, introduction: how the next offer is drawn.
        limit: how many may be shown.
        per_group: of one group; a huge number where there is no such limit.
        group_left: how many more of each group the contact policies let be shown; empty where all may.
        number_of_groups: of the publication.
        tier_uniform: one that draws the tier; negative where the highest competes.
        ranks: a number in [0, 1) for each rank; filled with the probability of the candidate there, and the
            bounds of its propensity, the propensity and the score.
        chosen: filled with the candidate of each rank, its row and its profile.
        competed: filled with whether each candidate did.

    Returns:
        How many are shown, how many competed, and 1 where only defaults did.
    """
    scores, chances, picks = weighed[SCORE, :allowed], ranks[CHANCE], chosen[PICK]
    groups, display, priorities = columns_of(found, offers, allowed)
    taken, members = np.zeros(number_of_groups, np.int64), np.empty(allowed, np.int64)
    above, size, drawn_by, tier_chance = line_up(
        policy, scores, groups, display, priorities, limit, group_left, tier_uniform, taken, members, picks
    )
    ranked = mark(policy, display, members, size, competed)
    chances[:above] = 1.0
    shown = fill(
        drawn_by, members[:size], weighed, allowed, groups, evidence, exponent, floor, introduction, above, limit,
        per_group, group_left, taken, ranks[UNIFORM_AT], np.empty(0, np.int64), picks, chances, np.empty((0, 0)),
    )  # fmt: skip
    if shown > above:
        chances[above] *= tier_chance
    tell(found, weighed, shown, ranks, chosen)
    return shown, ranked, int(drawn_by == IN_ORDER and size > 0)
