"""Should a leaf be split, and where? A test on the counts of its retained responses; pure, off the request path.

Of every attribute the best cut in two is found: of numbers between two bins, of categories between two values when
they are sorted by their mean, which holds the best of all subsets (Breiman et al. 1984, section 4.2.2); what is
missing goes to either side. Each is judged by the likelihood-ratio test G = 2 Σ O ln(O/E) on one degree of freedom
(Wilks 1938). The p-value must stay below the leaf's level divided by the tries (Bonferroni): all cuts of all
attributes, for a category all subsets of its values, since sorting has looked at the answers. Leaves are looked at
again whenever what they have seen has doubled; look j spends 6/(π² j²) of the level, which sums to the whole of it
(alpha spending: Lan and DeMets 1983), so that looking often splits nothing by chance.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import SplitEvidence
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.predictors.trees import EVERY_BIN

type Kind = Literal["number", "category"]
type Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Limits:
    """When a leaf may be split: responses it must have and each side must have, depth and leaves of a tree."""

    level: float = 0.05
    least: int = 100
    least_side: int = 25
    depth: int = 5
    leaves: int = 24

    def allow(self, *, depth: int, leaves: int) -> bool:
        """Whether a leaf so many splits below the root of a tree with so many leaves may be split."""
        return depth < self.depth and leaves < self.leaves


@dataclass(frozen=True, slots=True)
class Split:
    """A cut that passed the test: the bins of the first child, and why."""

    attribute: str
    first: int
    evidence: SplitEvidence


def look_number(shown: int, limits: Limits) -> int:
    """Which look is due at so many responses: one at `least`, then at each doubling; 0 before.

    >>> [look_number(shown, Limits(least=100)) for shown in (99, 100, 199, 200, 1_000)]
    [0, 1, 1, 2, 4]
    """
    return max(0, shown // limits.least).bit_length()


def level_of(look: int, limits: Limits) -> float:
    """The part of the level that a look may spend.

    >>> round(sum(level_of(look, Limits(level=0.05)) for look in range(1, 10_000)), 4)
    0.05
    """
    return limits.level * 6.0 / (math.pi * look) ** 2


def best_split(
    bins: Mapping[str, NDArray[np.uint8]],
    shown: Counts,
    accepted: Counts,
    *,
    kinds: Mapping[str, Kind],
    look: int,
    limits: Limits,
) -> Split | None:
    """The best cut of a leaf's responses, None where none passes the test; the order of attributes does not matter.

    Args:
        bins: of every attribute that may be split by, an entry for each response.
        shown, accepted: 0 or 1 for each response.
        kinds: how the bins of each attribute may be cut.
        look: the number of this look, from 1 on.
        limits: least responses, and the level.
    """
    steps = searched(bins, shown, accepted, kinds=kinds, look=look, limits=limits)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Split | None = end.value
            return found


def searched(
    bins: Mapping[str, NDArray[np.uint8]],
    shown: Counts,
    accepted: Counts,
    *,
    kinds: Mapping[str, Kind],
    look: int,
    limits: Limits,
) -> Generator[None, None, Split | None]:
    """The same in steps, one for each attribute."""
    if look < 1 or int(shown.sum()) < limits.least:
        return None
    total = np.array((shown.sum(), accepted.sum()))
    tries, best, most = 0, None, -1.0
    for attribute in sorted(bins):
        counts = _counts(bins[attribute], shown, accepted)
        tries += _tries(counts, kinds[attribute])
        masks, left = _cuts(counts, kinds[attribute])
        if masks:
            statistics = np.where(_have_enough(left, total, limits), g_statistics(left, total), -1.0)
            at = int(statistics.argmax())
            if statistics[at] > most:
                most, best = float(statistics[at]), (attribute, masks[at], left[at])
        yield
    level, p_value = level_of(look, limits), math.erfc(math.sqrt(max(0.0, most) / 2.0))
    if best is None or p_value * tries > level:
        return None
    attribute, mask, (first_shown, first_accepted) = best
    evidence = SplitEvidence(
        first=(int(first_shown), int(first_accepted)),
        second=(int(total[0] - first_shown), int(total[1] - first_accepted)),
        statistic=most,
        p_value=p_value,
        level=level,
        tries=tries,
        look=look,
    )
    return Split(attribute, mask, evidence)


def _counts(bins: NDArray[np.uint8], shown: Counts, accepted: Counts) -> Counts:
    """(shown, accepted) of each bin, the missing last."""
    sums = [np.bincount(bins, weights=each, minlength=MISSING + 1) for each in (shown, accepted)]
    return np.stack(sums, axis=1).astype(np.int64)


def _have_enough(left: Counts, total: Counts, limits: Limits) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = np.minimum(left[:, 0], total[0] - left[:, 0]) >= limits.least_side
    return enough


def _tries(counts: Counts, kind: Kind) -> int:
    """In how many ways the bins that were seen can be cut."""
    seen, has_missing = int((counts[:MISSING, 0] > 0).sum()), bool(counts[MISSING, 0] > 0)
    if kind == "category":
        return int(2 ** max(0, seen + has_missing - 1)) - 1
    cuts = max(0, seen - 1)
    return 2 * cuts + (seen > 0) if has_missing else cuts


def _cuts(counts: Counts, kind: Kind) -> tuple[list[int], Counts]:
    """The bins of the first side of each cut, and (shown, accepted) of that side.

    Bins that were not seen lie on the first below a cut of a number, else on the second.
    """
    if kind == "category":
        return _subsets(counts)
    missing = 1 << MISSING
    seen = np.flatnonzero(counts[:MISSING, 0]).tolist()
    masks = [2 ** (at + 1) - 1 for at in seen[:-1]]
    left = counts[:MISSING].cumsum(axis=0)[seen[:-1]]
    if counts[MISSING, 0] and seen:
        known = counts[:MISSING].sum(axis=0, keepdims=True)
        masks = [*masks, *(mask | missing for mask in masks), EVERY_BIN & ~missing]
        left = np.concatenate((left, left + counts[MISSING], known))
    return masks, left


def _subsets(counts: Counts) -> tuple[list[int], Counts]:
    """The values with the lowest means, one more each time."""
    values = np.flatnonzero(counts[:, 0]).tolist()
    values.sort(key=lambda at: (counts[at, 1] / counts[at, 0], at))
    masks = list(accumulate((1 << at for at in values[:-1]), operator.or_))
    return masks, counts[values].cumsum(axis=0)[:-1]


def g_statistics(left: Counts, total: Counts) -> NDArray[np.float64]:
    """G of each cut: `left` has (shown, accepted) of the first sides, `total` of both together."""
    sides = np.stack((left, total - left)).astype(np.float64)
    shown, accepted = sides[..., 0], sides[..., 1]
    cells = _xlogx(accepted) + _xlogx(shown - accepted) - _xlogx(shown)
    whole = float(_xlogx(np.float64(total[1])) + _xlogx(np.float64(total[0] - total[1])) - _xlogx(np.float64(total[0])))
    statistics: NDArray[np.float64] = np.maximum(0.0, 2.0 * (cells.sum(axis=0) - whole))
    return statistics


def _xlogx(counts: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    found: NDArray[np.float64] = counts * np.log(np.maximum(counts, 1.0))
    return found


def g_statistic(first: tuple[int, int], second: tuple[int, int]) -> float:
    """G of a table of two sides with (shown, accepted) each.

    >>> round(g_statistic((100, 30), (100, 10)), 3)
    12.972
    """
    shown, accepted = first[0] + second[0], first[1] + second[1]
    total = 0.0
    for side_shown, side_accepted in (first, second):
        for observed, of_all in ((side_accepted, accepted), (side_shown - side_accepted, shown - accepted)):
            if observed:
                total += observed * math.log(observed * shown / (side_shown * of_all))
    return max(0.0, 2.0 * total)
