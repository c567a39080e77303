"""With which probability would this policy have drawn each candidate, rank by rank, behind the ones that stand above?

It is `ranking` without the draw: what serves is asked about choices that others made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import kernel
from tradewind.engine.core.kernels.chances import IN_ORDER
from tradewind.engine.core.kernels.lining_up import columns_of, line_up
from tradewind.engine.core.kernels.ranking import fill
from tradewind.engine.core.kernels.trees import SCORE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@kernel(
    "UniTuple(i8, 3)(i8[:,::1], f8[:,::1], i8, i8, i8[:,::1], i8, f8, f8, f8, i8, i8, i8[::1], i8, i8[::1], f8[:,::1])"
)
def follow(
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
    picks: Ints,
    vectors: Floats,
) -> tuple[int, int, int]:
    """The vector that `rank` would have drawn from at each rank, had it drawn `picks` above it.

    Args:
        found, weighed, allowed, evidence: what `weigh` made.
        offers: the publication's columns.
        policy, exponent, floor, introduction: how the next offer is drawn; with `UNIFORM` everything competes.
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
    groups, display, priorities = columns_of(found, offers, allowed)
    taken, members = np.zeros(number_of_groups, np.int64), np.empty(allowed, np.int64)
    always, chances = np.empty(allowed, np.int64), np.empty(len(picks))
    above, size, drawn_by, _ = line_up(
        policy, weighed[SCORE, :allowed], groups, display, priorities, limit, group_left, -1.0, taken, members, always
    )
    above = min(above, len(picks))
    for each in range(above):
        vectors[each, always[each]] = 1.0
        if picks[each] != always[each]:
            return each + 1, each + 1, 0
    filled = fill(
        drawn_by, members[:size], weighed, allowed, groups, evidence, exponent, floor, introduction, above, limit,
        per_group, group_left, taken, chances, picks, picks, chances, vectors,
    )  # fmt: skip
    return filled, above, int(drawn_by == IN_ORDER and size > 0)
