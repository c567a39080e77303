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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import SplitEvidence
from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.predictors.leaves import EVERY_BIN

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


@dataclass(frozen=True, slots=True)
class _Cut:
    attribute: str
    first: int
    statistic: float
    counts: tuple[tuple[int, int], tuple[int, int]]


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
    if look < 1 or int(shown.sum()) < limits.least:
        return None
    tries, best = 0, None
    for attribute in sorted(bins):
        counts = _counts(bins[attribute], shown, accepted)
        tries += _tries(counts, kinds[attribute])
        for cut in _cuts(attribute, counts, kinds[attribute], limits.least_side):
            if best is None or cut.statistic > best.statistic:
                best = cut
    if best is None:
        return None
    level, p_value = level_of(look, limits), math.erfc(math.sqrt(best.statistic / 2.0))
    if p_value * tries > level:
        return None
    evidence = SplitEvidence(
        first=best.counts[0],
        second=best.counts[1],
        statistic=best.statistic,
        p_value=p_value,
        level=level,
        tries=tries,
        look=look,
    )
    return Split(best.attribute, best.first, evidence)


def _counts(bins: NDArray[np.uint8], shown: Counts, accepted: Counts) -> Counts:
    """(shown, accepted) of each bin, the missing last."""
    counts = np.zeros((MISSING + 1, 2), np.int64)
    np.add.at(counts, bins, np.stack((shown, accepted), axis=1))
    return counts


def _tries(counts: Counts, kind: Kind) -> int:
    """In how many ways the bins that were seen can be cut."""
    seen, has_missing = int((counts[:MISSING, 0] > 0).sum()), bool(counts[MISSING, 0] > 0)
    if kind == "category":
        return int(2 ** max(0, seen + has_missing - 1)) - 1
    cuts = max(0, seen - 1)
    return 2 * cuts + (seen > 0) if has_missing else cuts


def _cuts(attribute: str, counts: Counts, kind: Kind, least: int) -> Iterator[_Cut]:
    """Every cut whose sides have enough, with its statistic."""
    total = counts.sum(axis=0)
    for first in _masks(counts, kind):
        left = counts[[bool(first >> at & 1) for at in range(MISSING + 1)]].sum(axis=0)
        right = total - left
        if min(left[0], right[0]) >= least:
            sides = (int(left[0]), int(left[1])), (int(right[0]), int(right[1]))
            yield _Cut(attribute, first, g_statistic(*sides), sides)


def _masks(counts: Counts, kind: Kind) -> Iterator[int]:
    """The first side of each cut: bins that were not seen lie on the first below a cut, else on the second."""
    missing = 1 << MISSING
    if kind == "number":
        seen = [at for at in range(MISSING) if counts[at, 0]]
        below = [2 ** (at + 1) - 1 for at in seen[:-1]]
        yield from below
        if counts[MISSING, 0] and seen:
            yield from (mask | missing for mask in below)
            yield EVERY_BIN & ~missing
        return
    values = [at for at in range(MISSING + 1) if counts[at, 0]]
    values.sort(key=lambda at: (counts[at, 1] / counts[at, 0], at))
    mask = 0
    for at in values[:-1]:
        mask |= 1 << at
        yield mask


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
