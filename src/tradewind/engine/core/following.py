"""What would this policy have done at each rank of a decision that is known? Vectors instead of draws."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from tradewind.engine.core.arbitration import Candidates
from tradewind.engine.core.kernels.chances import UNIFORM
from tradewind.engine.core.kernels.contacts import PLENTY
from tradewind.engine.core.kernels.following import follow
from tradewind.engine.core.published import CompiledPlacement, CompiledPublication, Floats, Instants

NOBODY = -1
"""In the place of a pick: the vector of that rank is wanted, and nothing behind it."""

NO_CAPS: Instants = np.zeros(0, np.int64)


class Followed(msgspec.Struct, frozen=True, gc=False):
    """A row of `vectors` for each rank that could be followed: P(each candidate is drawn there), given those above.

    The first `above` rows are those of `always` offers, where nothing was drawn; `fallback` if only defaults compete.
    """

    vectors: Floats
    above: int
    fallback: bool


def followed(
    candidates: Candidates,
    publication: CompiledPublication,
    placement: CompiledPlacement,
    picks: Sequence[int],
    *,
    limit: int,
    policy: int | None = None,
    floor: float | None = None,
    group_left: Instants = NO_CAPS,
) -> Followed:
    """Follow the picks of a decision rank by rank, as the arm `full` would have drawn them.

    Args:
        candidates: the allowed offers, weighed.
        publication, placement: the policy, unless `policy` and `floor` name another one for the same candidates;
            with `kernels.chances.UNIFORM` tiers are left aside.
        picks: the candidate at each rank, `NOBODY` at the end for what would come next.
        limit: how many may be shown.
        group_left: how many more of each group may be shown.
    """
    vectors = np.zeros((len(picks), candidates.size))
    rows, above, falls_back = follow.run(
        candidates.found, candidates.weighed, candidates.size, candidates.evidence, publication.columns.table,
        placement.policy if policy is None else policy, candidates.exponent,
        placement.floor if floor is None else floor, placement.introduction, limit,
        PLENTY if placement.per_group is None else placement.per_group, group_left, len(publication.groups),
        np.array(picks, np.int64), vectors,
    )  # fmt: skip
    return Followed(vectors[:rows], above, falls_back == 1)


__all__ = ["NOBODY", "UNIFORM", "Followed", "followed"]
