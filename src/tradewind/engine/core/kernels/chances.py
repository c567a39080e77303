"""How often do we try the others? A vector of probabilities over the candidates still allowed, and the draw from it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.compiling import inlined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

GREEDY, SQUARECB, THOMPSON, UNIFORM, IN_ORDER = range(5)
SQUARECB_GAIN = 10.0


@inlined
def draw(chances: Floats, uniform: float) -> int:
    """The index that `uniform` in [0, 1) falls on; an entry of zero is never drawn.

    >>> draw(np.array([0.2, 0.0, 0.8]), 0.2)
    2
    """
    total = 0.0
    for chance in chances:
        total += chance
    above, drawn = 0.0, -1
    for index in range(len(chances)):
        if chances[index] > 0.0:
            above += chances[index]
            drawn = index
            if uniform * total < above:
                break
    return drawn


@inlined
def is_newcomer(tries: Floats, new: Floats, index: int, introduction: float) -> bool:
    """Whether a candidate came when others were known, and is not known yet."""
    return bool(new[index] > 0.0 and tries[index] < introduction)


@inlined
def is_introduced(tries: Floats, new: Floats, pool: Ints, introduction: float) -> bool:
    """Whether newcomers are introduced: the pool has tried enough for each to be known, and one of them is not."""
    total, newcomers = 0.0, 0
    for index in pool:
        total += tries[index]
        newcomers += is_newcomer(tries, new, index, introduction)
    return bool(newcomers > 0 and total >= introduction * len(pool))


@inlined
def share_floor(chances: Floats, floor: float) -> None:
    """Share `floor` evenly: each of the K entries gets at least floor/K, and the sum becomes one."""
    total = 0.0
    for chance in chances:
        total += chance
    for index in range(len(chances)):
        chances[index] = (1.0 - floor) * (chances[index] / total) + floor / len(chances)


@inlined
def share_introduction(
    tries: Floats, new: Floats, pool: Ints, introduction: float, floor: float, chances: Floats
) -> None:
    """Give newcomers with fewer tries than `introduction` 1/K, others floor/K, and share the rest as `chances` were."""
    total, kept = 0.0, 1.0
    for each in range(len(pool)):
        total += chances[each]
        kept -= (1.0 if is_newcomer(tries, new, pool[each], introduction) else floor) / len(pool)
    for each in range(len(pool)):
        least = (1.0 if is_newcomer(tries, new, pool[each], introduction) else floor) / len(pool)
        chances[each] = least + max(kept, 0.0) * (chances[each] / total)


@inlined
def greedy(scores: Floats, pool: Ints, chances: Floats) -> None:
    """All probability on the highest score; equal ones share it."""
    best, equals = -1.0, 0
    for index in pool:
        if scores[index] > best:
            best, equals = scores[index], 0
        if scores[index] == best:
            equals += 1
    for each in range(len(pool)):
        chances[each] = 1.0 / equals if scores[pool[each]] == best else 0.0


@inlined
def squarecb(scores: Floats, pool: Ints, evidence: int, chances: Floats) -> None:
    """Inverse gap weighting: p = 1 / (K + γ · gap), the best gets the rest.

    The gap is relative to the best score, and γ = 10 · √(1 + evidence), `evidence` being the responses that
    the candidates' predictors have seen. Source: Foster and Rakhlin (2020), Beyond UCB.
    """
    best = 0
    for each in range(len(pool)):
        if scores[pool[each]] > scores[pool[best]]:
            best = each
    highest = scores[pool[best]]
    gain, rest = SQUARECB_GAIN * math.sqrt(1.0 + evidence), 1.0
    for each in range(len(pool)):
        gap = 1.0 - scores[pool[each]] / highest if highest > 0.0 else 0.0
        chances[each] = 1.0 / (len(pool) + gain * gap)
        if each != best:
            rest -= chances[each]
    chances[best] = rest
