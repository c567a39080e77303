"""Down the tree of a profile to the leaf that decides, its posterior shrunk on the way; and what that is worth.

A table has one row per node, an entry per field below; the two children of a split lie side by side. `LATE` says of a
root that others had been learnt from before it came.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined, kernel
from tradewind.engine.core.kernels.binning import put_into_bins
from tradewind.engine.core.kernels.sifting import ALLOWED, OFFER_GROUP, TRUE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]

SHOWN, ACCEPTED, REWARD, GROUP, PARENT, ATTRIBUTE, MASK, YES, LATE = range(9)
FIELDS = 9
NO_NODE = -1
MICRO = 1_000_000
"""A reward of one, in the whole millionths that the table holds."""

PRIOR_STRENGTH = 2.0
"""How many responses the prior weighs; with no evidence anywhere it is the uniform Beta(1, 1)."""

MOST = 1e200
"""What value and weights count for together at most: times the largest of them, twice, it is still a double."""

ALPHA, BETA, PROPENSITY, FACTOR, SCORE, DRAWN_ALPHA, DRAWN_BETA, TRIES, NEW = range(9)
ROW, LEAF, PROFILE = range(3)
FOUND_FIELDS, WEIGHED_FIELDS = 3, 9


@inlined
def brought(shown: int, reward: int) -> float:
    """What so many responses have brought, nothing at least: more may have been due to agents than there was."""
    return float(min(max(reward / MICRO, 0.0), shown))


@inlined
def group_priors(groups: Ints) -> Floats:
    """What each offer group says before there is evidence: its mean acceptance, shrunk to that of all groups.

    With strength S: the mean of all is μ = (1 + R) / (2 + N), of a group μg = (Rg + S·μ) / (Ng + S) (empirical
    Bayes; Gelman et al. 2013, ch. 5). `groups` has shown and reward of each group, agents apart.
    """
    shown, reward = 0, 0
    for group in range(len(groups)):
        shown += groups[group, 0]
        reward += groups[group, 1]
    overall = (1.0 + brought(shown, reward)) / (2.0 + shown)
    priors = np.empty(len(groups))
    for group in range(len(groups)):
        accepted = brought(groups[group, 0], groups[group, 1])
        priors[group] = (accepted + PRIOR_STRENGTH * overall) / (groups[group, 0] + PRIOR_STRENGTH)
    return priors


@inlined
def below(table: Ints, row: int, prior: float) -> float:
    """The mean of a node, which is the prior of what lies below it."""
    accepted = brought(table[row, SHOWN], table[row, REWARD])
    return float((accepted + PRIOR_STRENGTH * prior) / (table[row, SHOWN] + PRIOR_STRENGTH))


@inlined
def descend(table: Ints, places: Ints, bins: Bins, root: int, prior: float) -> tuple[int, float]:
    """The leaf that decides for these bins, and the prior that has reached it; `places` are those of attributes."""
    row = root
    while table[row, YES] != NO_NODE:
        prior = below(table, row, prior)
        goes_first = (table[row, MASK] >> np.int64(bins[places[table[row, ATTRIBUTE]]])) & 1
        row = table[row, YES] + 1 - goes_first
    return row, prior


@inlined
def shape(table: Ints, row: int, prior: float) -> tuple[float, float]:
    """Beta(alpha, beta) of a node's propensity: Beta(S·prior, S·(1 - prior)) and its own evidence."""
    mean, accepted = PRIOR_STRENGTH * prior, brought(table[row, SHOWN], table[row, REWARD])
    return mean + accepted, PRIOR_STRENGTH - mean + table[row, SHOWN] - accepted


@inlined
def pull(levers: Ints, lever_weights: Floats, truths: NDArray[np.int8], group_factor: Floats) -> None:
    """Multiply the factor of each group by the weight of every lever that holds, `MOST` at most."""
    for lever in range(len(levers)):
        if truths[levers[lever, 0]] == TRUE:
            group = levers[lever, 1]
            group_factor[group] = min(group_factor[group] * lever_weights[lever], MOST)


@kernel("f8(i8[:,::1], i8[:,::1], i8[::1], u1[::1], i8)")
def expect(table: Ints, groups: Ints, places: Ints, bins: Bins, root: int) -> float:
    """The mean of the leaf that decides for these bins; `places` are those of attributes that splits look at."""
    leaf, prior = descend(table, places, bins, root, group_priors(groups)[table[root, GROUP]])
    alpha, beta = shape(table, leaf, prior)
    return float(alpha / (alpha + beta))


@kernel(
    "UniTuple(i8, 2)(u1[::1], i8[::1], i8[::1], i8[:,::1], i8[:,::1], f8[::1], f8[:,::1], u1[::1], i8[::1],"
    " i8[:,::1], f8[:,::1], i1[::1], i8[:,::1], f8[::1], i8, f8, b1, b1, i8[:,::1], f8[:,::1], u1[::1])"
)
def weigh(
    stage: NDArray[np.uint8],
    profile: Ints,
    roots: Ints,
    table: Ints,
    groups: Ints,
    vector: Floats,
    scales: Floats,
    codes: Bins,
    places: Ints,
    offers: Ints,
    worth: Floats,
    truths: NDArray[np.int8],
    levers: Ints,
    lever_weights: Floats,
    number_of_groups: int,
    exponent: float,
    has_value: bool,
    has_levers: bool,
    found: Ints,
    weighed: Floats,
    bins: Bins,
) -> tuple[int, int]:
    """Score the allowed offers: score = propensity^exponent · value · weight · context weight.

    What stands behind the propensity is `MOST` at most: a publication may have many context weights, and infinity is
    no number that history could hold.

    Args:
        stage, profile: what sifting found of each offer.
        roots: the root of each profile in `table`.
        table, groups: the predictors.
        vector, scales, codes: of what may be learnt from, as `put_into_bins` takes them.
        places: the bin of each attribute that a split looks at, among those.
        offers, worth: the publication's columns; `worth` is value and weight.
        truths: of its rules.
        levers, lever_weights: context weights as (rule, group) and how much a group weighs when the rule holds.
        number_of_groups: of the publication.
        exponent: of the propensity.
        has_value, has_levers: whether value and weight, and the levers, count.
        found: filled with the row, the leaf and the profile of each allowed offer.
        weighed: filled with alpha, beta, propensity, factor and score of each, alpha and beta of what Thompson
            sampling draws from, which are the same, how many responses its profile has seen, and whether it came late.
        bins: filled with the bin of each attribute that may be learnt from, and one more that is missing.

    Returns:
        How many are allowed, and how many responses their leaves have seen.
    """
    priors = group_priors(groups)
    put_into_bins(vector, scales, codes, bins)
    group_factor = np.ones(number_of_groups)
    if has_levers:
        pull(levers, lever_weights, truths, group_factor)
    allowed, evidence = 0, 0
    for row in range(len(stage)):
        if stage[row] != ALLOWED:
            continue
        root = roots[profile[row]]
        leaf, prior = descend(table, places, bins, root, priors[table[root, GROUP]])
        alpha, beta = shape(table, leaf, prior)
        factor = worth[0, row] if has_value else 1.0
        if has_levers:
            factor = min(factor * worth[1, row] * group_factor[offers[OFFER_GROUP, row]], MOST)
        propensity = alpha / (alpha + beta)
        found[ROW, allowed], found[LEAF, allowed], found[PROFILE, allowed] = row, leaf, profile[row]
        weighed[ALPHA, allowed], weighed[BETA, allowed] = alpha, beta
        weighed[DRAWN_ALPHA, allowed], weighed[DRAWN_BETA, allowed] = alpha, beta
        weighed[PROPENSITY, allowed], weighed[FACTOR, allowed] = propensity, factor
        weighed[SCORE, allowed] = (propensity if exponent == 1.0 else math.pow(propensity, exponent)) * factor
        weighed[TRIES, allowed], weighed[NEW, allowed] = table[root, SHOWN], table[root, LATE]
        evidence += table[leaf, SHOWN]
        allowed += 1
    return allowed, evidence
