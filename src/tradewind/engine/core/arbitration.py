"""Which is worth most? Tiers, scores, diversity; and which offer is drawn for each rank."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tradewind.engine.core.arms import Arm
from tradewind.engine.core.exploration import Draws, Thompson, draw, greedy, squarecb, with_floor
from tradewind.engine.core.funnel import TRUE
from tradewind.engine.core.published import (
    ALWAYS,
    DEFAULT,
    PRIORITY,
    Columns,
    CompiledPlacement,
    CompiledPublication,
    Floats,
    Instants,
    Mask,
    Rows,
)

Chances = Callable[[Rows], Floats]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The allowed offers: `rows` in the publication, and per entry the Beta posterior, its mean and the score.

    score = propensity^exponent · value · weight · context weight; `factor` is all of it but the first. An arm of
    the lift report may leave parts of it out.
    """

    rows: Rows
    alpha: Floats
    beta: Floats
    propensity: Floats
    exponent: float
    factor: Floats
    score: Floats
    evidence: int


@dataclass(frozen=True, slots=True)
class Pick:
    """`candidate` is an index into the candidates; `probability` is that of this offer at this rank."""

    candidate: int
    probability: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What is shown, in order; `considered` are the candidates that competed; `fallback` if only defaults did."""

    picks: tuple[Pick, ...]
    considered: Rows
    fallback: bool


def weigh(
    publication: CompiledPublication,
    placement: CompiledPlacement,
    truths: np.ndarray[tuple[int, ...], np.dtype[np.int8]],
    *,
    arm: Arm,
    rows: Rows,
    posterior: tuple[Floats, Floats],
    evidence: int,
) -> Candidates:
    """Score the allowed offers."""
    columns = publication.columns
    factor = columns.value[rows] if arm.has_value else np.ones(len(rows))
    if arm.has_levers:
        factor = factor * columns.weight[rows]
        for rule, group, weight in placement.context_weights:
            if truths[rule] == TRUE:
                factor = np.where(columns.group[rows] == group, factor * weight, factor)
    exponent = placement.exponent if arm.has_value else 1.0
    alpha, beta = posterior
    propensity = alpha / (alpha + beta)
    score = propensity**exponent * factor
    return Candidates(rows, alpha, beta, propensity, exponent, factor, score, evidence)


def arbitrate(
    candidates: Candidates,
    columns: Columns,
    placement: CompiledPlacement,
    *,
    arm: Arm,
    limit: int,
    draws: Draws,
    group_left: Instants | None = None,
) -> Ranking:
    """`always` offers first, then only the highest tier that has one (1 is the highest), defaults if there is none.

    In the arm without an order of tiers one of them is drawn, each with the same probability.
    At most `per_group` of one group are shown; `always` offers count for that but are never held back by it.
    `group_left` is how many more of each group the contact policies let be shown; it holds for every offer.
    """
    display = columns.display[candidates.rows]
    room = _Room(columns.group[candidates.rows], limit, placement.per_group, group_left)
    always = _by_score(candidates, np.flatnonzero(display == ALWAYS))
    priority = np.flatnonzero(display == PRIORITY)
    first = room.fitting(always)
    picks = [Pick(int(index), 1.0) for index in first]
    room.take(first)
    if len(priority):
        competes, chance = _tier(columns.priority[candidates.rows[priority]], arm, draws)
        tier = priority[competes]
        chances = _policy(candidates, tier, placement, ranks=room.left)
        picks += _of_tier(room.fill(tier, chances, draws, first_rank=len(picks) + 1), chance)
        return Ranking(tuple(picks), np.concatenate((always, tier)), fallback=False)
    default = _by_score(candidates, np.flatnonzero(display == DEFAULT))
    picks += room.fill(default, _in_order, draws, first_rank=len(picks) + 1)
    return Ranking(tuple(picks), np.concatenate((always, default)), fallback=bool(len(default)))


def at_random(
    candidates: Candidates,
    columns: Columns,
    placement: CompiledPlacement,
    *,
    arm: Arm,
    limit: int,
    draws: Draws,
    group_left: Instants | None = None,
) -> Ranking:
    """What the control group gets: any allowed offer with equal probability, tiers and scores left aside."""
    everything = np.arange(len(candidates.rows))
    room = _Room(columns.group[candidates.rows], limit, placement.per_group, group_left)
    picks = room.fill(everything, lambda rows: np.full(len(rows), 1.0 / len(rows)), draws, first_rank=1)
    return Ranking(tuple(picks), everything, fallback=False)


def _tier(priorities: Rows, arm: Arm, draws: Draws) -> tuple[Mask, float]:
    """Which of these priorities compete, and how probable it was that these and no others do."""
    if arm.has_tiers:
        return priorities == priorities.min(), 1.0
    tiers = np.unique(priorities)
    return priorities == tiers[int(draws.at(0) * len(tiers))], 1.0 / len(tiers)


def _of_tier(picks: list[Pick], chance: float) -> list[Pick]:
    """The first offer of a drawn tier bears the tier's probability too; once it is seen the tier is known."""
    return [replace(pick, probability=pick.probability * chance) for pick in picks[:1]] + picks[1:]


def _by_score(candidates: Candidates, indexes: Rows) -> Rows:
    """Highest score first, equal ones in the order of the publication."""
    return indexes[np.argsort(-candidates.score[indexes], kind="stable")]


def _in_order(rows: Rows) -> Floats:
    """The first, surely."""
    chances = np.zeros(len(rows))
    chances[0] = 1.0
    return chances


def _policy(candidates: Candidates, tier: Rows, placement: CompiledPlacement, *, ranks: int) -> Chances:
    """The placement's exploration policy over one tier, floor included: candidates still allowed to probabilities."""
    score = candidates.score
    if placement.policy == "thompson" and len(tier) > 1:
        thompson = Thompson(
            alpha=candidates.alpha[tier],
            beta=candidates.beta[tier],
            factor=candidates.factor[tier],
            exponent=candidates.exponent,
            ranks=ranks,
        )
        place = np.zeros(len(candidates.rows), np.intp)
        place[tier] = np.arange(len(tier))
        return lambda rows: with_floor(thompson.probabilities(place[rows]), placement.floor)
    if placement.policy == "squarecb":
        return lambda rows: with_floor(squarecb(score[rows], candidates.evidence), placement.floor)
    return lambda rows: with_floor(greedy(score[rows]), placement.floor)


class _Room:
    """Places still free on the screen: `limit` in all, at most `per_group` of one group.

    `group_left` bounds each group once more, by its number in the publication.
    """

    def __init__(self, groups: Rows, limit: int, per_group: int | None, group_left: Instants | None) -> None:
        self.groups = groups
        self.left = limit
        self.per_group = per_group
        self.group_left = group_left
        self.taken: Counter[int] = Counter()

    def take(self, indexes: Rows) -> None:
        self.left -= len(indexes)
        self.taken.update(self.groups[indexes].tolist())

    def fitting(self, indexes: Rows) -> Rows:
        """The first of them that fit, however many of one group the arbitration wants."""
        if self.group_left is None:
            return indexes[: self.left]
        taken: Counter[int] = Counter()
        fit: list[int] = []
        for index in indexes.tolist():
            group = int(self.groups[index])
            if taken[group] < self.group_left[group]:
                taken[group] += 1
                fit.append(index)
        return np.array(fit[: self.left], np.intp)

    def open(self, indexes: Rows) -> Rows:
        """Those whose group has a place left."""
        if self.per_group is None and self.group_left is None:
            return indexes
        full = [group for group, count in self.taken.items() if count >= self.most(group)]
        return indexes[~np.isin(self.groups[indexes], full)]

    def most(self, group: int) -> float:
        """How many of a group one decision may show."""
        own = math.inf if self.per_group is None else self.per_group
        return own if self.group_left is None else min(own, int(self.group_left[group]))

    def fill(self, indexes: Rows, chances: Chances, draws: Draws, *, first_rank: int) -> list[Pick]:
        """Draw rank after rank from the vector over what is still allowed."""
        picks: list[Pick] = []
        remaining = self.open(indexes)
        while self.left > 0 and len(remaining):
            vector = chances(remaining)
            drawn = draw(vector, draws.at(first_rank + len(picks)))
            picks.append(Pick(int(remaining[drawn]), float(vector[drawn])))
            self.take(remaining[drawn : drawn + 1])
            remaining = self.open(np.delete(remaining, drawn))
        return picks
