"""Has the acceptance in a leaf changed, and do two leaves still differ? Tests on counts; pure, off the request path.

A drift is a recent stretch of the leaf's retained responses that differs from all before it. Stretches of 50, 100, 200
and so on responses are compared with what came before by the likelihood-ratio test G (Wilks 1938); where the most
different one passes, the change lies where G is greatest of all cuts. The p-value must stay below the level divided by
the stretches (Bonferroni), and the leaf is looked at once every `EVERY` responses: look j spends 6/(π² j²) of the level
(alpha spending: Lan and DeMets 1983). So a leaf in which nothing changes is said to have drifted with a chance of at
most the level, for as long as it lives.

Two leaves no longer differ where G is below 2: telling them apart explains less than its one parameter is expected to
explain by chance (Akaike 1974). A split needs many times that, so none is undone at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import SplitEvidence
from tradewind.engine.core.predictors.splitting import Limits, g_statistic, g_statistics, level_of

type Counts = NDArray[np.int64]

EVERY: Final = 50
"""Responses of a leaf between two looks, and the shortest stretch that may have drifted."""

SAME: Final = 2.0
"""Below this G two leaves no longer differ."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The acceptance changed before response `at` of those that were looked at; before and after are its evidence."""

    at: int
    evidence: SplitEvidence


def drift(accepted: Counts, shown: int, limits: Limits) -> Drift | None:
    """The most evident change of the acceptance; None where nothing is evident.

    Args:
        accepted: 0 or 1 for each retained response of the leaf, the oldest first.
        shown: how many the leaf has seen in all.
        limits: whose level may be spent.
    """
    size, look = len(accepted), shown // EVERY
    stretches = np.array([EVERY * 2**power for power in range(16) if EVERY * 2**power <= size - EVERY])
    if not len(stretches):
        return None
    sums = np.concatenate(([0], np.cumsum(accepted)))
    statistic = float(_changes(sums, size - stretches).max())
    level, p_value = level_of(look, limits), math.erfc(math.sqrt(statistic / 2.0))
    if p_value * len(stretches) > level:
        return None
    cuts = np.arange(EVERY, size - EVERY + 1)
    at = int(cuts[_changes(sums, cuts).argmax()])
    before, after = (at, int(sums[at])), (size - at, int(sums[-1] - sums[at]))
    return Drift(at, _evidence(before, after, p_value=p_value, level=level, tries=len(stretches), look=look))


def agree(first: tuple[int, int], second: tuple[int, int], limits: Limits) -> SplitEvidence | None:
    """Why two leaves with (shown, accepted) each are one; None where they differ or have too few responses."""
    if min(first[0], second[0]) < limits.least:
        return None
    statistic = g_statistic(first, second)
    if statistic >= SAME:
        return None
    p_value, level = (math.erfc(math.sqrt(each / 2.0)) for each in (statistic, SAME))
    return _evidence(first, second, p_value=p_value, level=level, tries=1, look=0)


def _changes(sums: Counts, cuts: Counts) -> NDArray[np.float64]:
    """G of what lies before each cut against what lies behind it."""
    left = np.stack((cuts, sums[cuts]), axis=1)
    return g_statistics(left, np.array((len(sums) - 1, sums[-1])))


def _evidence(
    first: tuple[int, int], second: tuple[int, int], *, p_value: float, level: float, tries: int, look: int
) -> SplitEvidence:
    return SplitEvidence(
        first=first,
        second=second,
        statistic=g_statistic(first, second),
        p_value=p_value,
        level=level,
        tries=tries,
        look=look,
    )
