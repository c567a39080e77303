"""Which is worth most? Scores, tiers and diversity; and which offer is drawn for each rank."""

from __future__ import annotations

import msgspec
import numpy as np

from tradewind.engine.core.arms import Arm
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.funnel import Sifted
from tradewind.engine.core.kernels.chances import UNIFORM
from tradewind.engine.core.kernels.contacts import PLENTY
from tradewind.engine.core.kernels.ranking import CHANCE, PICK_FIELDS, RANK_FIELDS, UNIFORM_AT, rank
from tradewind.engine.core.kernels.scoring import score
from tradewind.engine.core.kernels.trees import FOUND_FIELDS, PROPENSITY, ROW, SCORE, WEIGHED_FIELDS, weigh
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.published import CompiledPlacement, CompiledPublication, Floats, Instants, Mask
from tradewind.engine.core.scales import Bins


class Candidates(msgspec.Struct, frozen=True, gc=False):
    """The allowed offers, an entry each in the order of the publication: the first `size` of every row.

    `found` has their rows, leaves and profiles, `weighed` the Beta posterior, its mean, what that is worth and the
    score = propensity^exponent · value · weight · context weight. An arm of the lift report may leave parts out.
    `bins` are those of every attribute that may be learnt from, behind which one more is missing.
    """

    size: int
    evidence: int
    exponent: float
    found: Instants
    weighed: Floats
    bins_and_missing: Bins

    @property
    def bins(self) -> Bins:
        """The bin of each attribute that may be learnt from."""
        return self.bins_and_missing[:-1]

    @property
    def rows(self) -> Instants:
        """The row of each in the publication."""
        return self.found[ROW, : self.size]

    @property
    def propensity(self) -> Floats:
        """The mean of each posterior."""
        return self.weighed[PROPENSITY, : self.size]

    @property
    def score(self) -> Floats:
        """What arbitration compares."""
        return self.weighed[SCORE, : self.size]


class Ranking(msgspec.Struct, frozen=True, gc=False):
    """Which candidate is shown at each rank, with its row and profile, and the probability of that one at that rank.

    Then its propensity's bounds, the propensity and the score. `competed` says which candidates did, `ranked` how
    many; `fallback` if only defaults did.
    """

    picks: list[int]
    rows: list[int]
    profiles: list[int]
    chances: list[float]
    lower: list[float]
    upper: list[float]
    propensities: list[float]
    scores: list[float]
    competed: Mask
    ranked: int
    fallback: bool


def weighed(
    publication: CompiledPublication,
    placement: CompiledPlacement,
    sifted: Sifted,
    *,
    arm: Arm,
    leaves: Leaves,
    roots: Instants,
) -> Candidates:
    """Score the allowed offers by their leaves; `roots` are those of the profiles."""
    columns, scales, size = publication.columns, publication.scales, len(publication.offers)
    exponent = placement.exponent if arm.has_value else 1.0
    bins = np.empty(len(scales.names) + 1, np.uint8)
    found, numbers = np.empty((FOUND_FIELDS, size), np.int64), np.empty((WEIGHED_FIELDS, size))
    allowed, evidence = weigh.run(
        sifted.stage, sifted.profile, roots, leaves.table, leaves.groups, sifted.vector, scales.table, scales.codes,
        leaves.places(scales.names), columns.table, columns.worth, sifted.truths, placement.levers,
        placement.lever_weights, len(publication.groups), exponent, arm.has_value, arm.has_levers, found, numbers, bins,
    )  # fmt: skip
    return Candidates(allowed, evidence, exponent, found, numbers, bins)


def rescore(candidates: Candidates, publication: CompiledPublication, scorers: Scorers, scorer_of: Instants) -> None:
    """Put what scorers expect in the place of what profiles do; `scorer_of` has the scorer of each offer."""
    layout = scorers.layout
    score.run(
        candidates.found, candidates.weighed, candidates.size, scorer_of, candidates.bins_and_missing,
        layout.places(publication.scales.names), layout.numbers, layout.column_of, scorers.weights, scorers.stats,
        scorers.nodes, scorers.says, scorers.grown, candidates.exponent,
    )  # fmt: skip


def arbitrate(
    candidates: Candidates,
    publication: CompiledPublication,
    placement: CompiledPlacement,
    *,
    arm: Arm,
    limit: int,
    draws: Draws,
    group_left: Instants,
) -> Ranking:
    """`always` offers first, then only the highest tier that has one (1 is the highest), defaults if there is none.

    In the arm without an order of tiers one of them is drawn, each with the same probability; the control group
    gets any allowed offer with equal probability, tiers and scores left aside.
    At most `per_group` of one group are shown; `always` offers count for that but are never held back by it.
    `group_left` is how many more of each group the contact policies let be shown; it holds for every offer.
    """
    most = max(min(limit, candidates.size), 0)
    chosen, competed = np.empty((PICK_FIELDS, most), np.int64), np.empty(candidates.size, np.bool_)
    ranks = np.empty((RANK_FIELDS, most))
    ranks[UNIFORM_AT] = draws.first(most)
    shown, ranked, falls_back = rank.run(
        candidates.found, candidates.weighed, candidates.size, candidates.evidence, publication.columns.table,
        UNIFORM if arm.is_random else placement.policy, candidates.exponent, placement.floor,
        placement.introduction, most, PLENTY if placement.per_group is None else placement.per_group, group_left,
        len(publication.groups),
        -1.0 if arm.has_tiers else draws.at(0), ranks, chosen, competed,
    )  # fmt: skip
    picks, rows, profiles = chosen[:, :shown].tolist()
    chances, lower, upper, propensities, scores = ranks[CHANCE:, :shown].tolist()
    return Ranking(
        picks, rows, profiles, chances, lower, upper, propensities, scores, competed, ranked, falls_back == 1
    )
