"""The scorers of all offers: what ranks beside the profiles that explain. The arithmetic: `kernels.scorer`.

An offer's scorer learns at once from every response, in the fold; its trees are grown beside the engine and come as a
fact (`ScorerRefitted`). Bounded: 128 columns, 16 trees of 63 nodes. An offer takes 29 kB, and 8 bytes for each pair of
columns in use, 160 kB together at most; with 30 numbers 37 kB.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.events import ScorerRefitted
from tradewind.engine.core.kernels.coins import mixed
from tradewind.engine.core.kernels.learning import correct, doubt, learn, learn_past
from tradewind.engine.core.kernels.linear import plant
from tradewind.engine.core.kernels.scorer import (
    COLUMNS,
    COUNT,
    DRIFTS,
    ERROR,
    ERRORS,
    NODES,
    PRIOR,
    RIDGE,
    SHARED,
    STATS,
    TREES,
)
from tradewind.engine.core.kernels.telling import tell
from tradewind.engine.core.packing import (
    Packed,
    packed_blobs,
    packed_texts,
    unpacked_blobs,
    unpacked_texts,
)
from tradewind.engine.core.predictors.evidence import MICRO, Evidence
from tradewind.engine.core.predictors.layout import Layout
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.marks import Marks
from tradewind.engine.core.predictors.past import Past, response_key
from tradewind.engine.core.predictors.quality import UNJUDGED, bands_of, judge
from tradewind.engine.core.predictors.scorer_arrays import ScorerArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bins = NDArray[np.uint8]

RIDGE_EACH = 0.2
"""Precision of a weight's prior, times the attributes and one."""

FIRST, GROWTH, MOST = 20, 1.2, 1_000
"""Responses after which trees are first grown; then again at so many times as many since the last drift, after `FIRST`
more at least and `MOST` more at most."""

LATELY = 50
"""Responses of all offers of which those of an offer are remembered behind a drift that is common to all."""


class Scorers(ScorerArrays):
    """`layout` has the columns of the linear parts. `roots` has those (offer, profile) of each scorer, `marks`
    which of their responses it holds. `quality` (offers, 2, BANDS, 2) counts responses and their rewards by what was
    expected: by the profiles, and by the scorer. `common` has the stats by which a drift of all offers is noticed, and
    `lately` the roots of the last responses of all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layout = Layout()
        self.roots: list[list[int]] = []
        self.marks = Marks()
        self.inverse: list[Floats] = []
        self.common: Floats = np.zeros(STATS)
        self.lately: list[int] = []

    def plant(self, offer: str, *, attributes: int) -> bool:
        """Give an offer a scorer unless it has one; so many attributes are learnt from. Whether it is new."""
        if offer in self.names:
            return False
        scorer = self.names[offer] = len(self.names)
        if scorer == len(self.weights):
            self.widen()
        self.inverse.append(np.zeros((1, 1)))
        self.roots.append([])
        stats = self.stats[scorer]
        stats[RIDGE], stats[ERROR], stats[ERRORS] = RIDGE_EACH * (attributes + 1), 1.0, 4.0
        plant.run(self.weights[scorer], self.inverse[scorer], stats, _key(scorer))
        return True

    def begin(self, offer: str, past: Past, *, prior: float) -> None:
        """Learn from responses that came before the scorer was planted."""
        scorer, layout = self.names[offer], self.layout
        rows = layout.all_laid(past.rows)
        self.stats[scorer, PRIOR] = prior
        learn_past.run(
            rows, past.widths, layout.numbers, layout.column_of, self.weights[scorer], self._inverse(scorer),
            self.stats[scorer], past.rewards, past.keys,
        )  # fmt: skip

    def follow(self, offer: str, root: int, *, since: int) -> None:
        """Learn from a root of an offer that has a scorer, from an entry of its sample on."""
        scorer = self.names.get(offer)
        if scorer is not None and root not in self.marks.since:
            self.marks.since[root] = since
            self.roots[scorer].append(root)

    def rows(self, offers: Iterable[str]) -> Ints:
        """The number of each offer's scorer, below zero where it has none."""
        return np.array([self.names.get(offer, -1) for offer in offers], np.int64)

    def count(
        self,
        offer: str,
        root: int,
        entry: int,
        bins: bytes,
        *,
        before: Evidence,
        now: Evidence,
        leaves: Leaves,
        judged: int = UNJUDGED,
    ) -> int:
        """Learn from what a presentation of a root counts as now, where it counted as `before`; leaves come after.

        Gives the bands of what was expected of it, which are `judged` when it counts as something else.
        """
        if now == before or not self.marks.is_learnt_from(root, entry):
            return judged
        scorer, row = self.names[offer], self.layout.laid(bins)
        width = self.marks.width(root, entry, now=len(bins))
        if not before.shown:
            judged = self._learn(scorer, root, entry, row, width, now=now, leaves=leaves)
        judge(self.quality[scorer], judged, before, now)
        if before.shown and self.marks.is_taken_in(root, entry):
            self._correct(scorer, root, entry, row, width, before=before, now=now)
        return judged

    def tell(self, offer: str, bins: bytes) -> float | None:
        """What an offer's scorer expects of a row of bins, 0 to 1; None where it has learnt nothing."""
        scorer = self.names.get(offer)
        if scorer is None or self.stats[scorer, COUNT] <= 0.0:
            return None
        layout, row = self.layout, self.layout.padded(bins)
        return tell.run(
            row[:-1], min(len(bins), len(row) - 1), layout.numbers, layout.column_of, self.weights[scorer],
            self.stats[scorer], self.nodes[scorer], self.says[scorer], int(self.grown[scorer]),
        )  # fmt: skip

    def refit(self, fact: ScorerRefitted) -> None:
        """Take trees that were grown beside the engine, unless the scorer has drifted since."""
        scorer = self.names.get(fact.offer)
        if scorer is None or self.drifts(scorer) != fact.based_on:
            return
        nodes = np.frombuffer(fact.nodes, "<i4").reshape(TREES, NODES)
        if int(((nodes >> 17) & 0xFF).max()) >= max(len(self.layout.numbers), 1):
            return
        self.nodes[scorer] = nodes
        self.counts[scorer] = np.frombuffer(fact.counts, "<f4").reshape(TREES, NODES)
        self.says[scorer] = np.frombuffer(fact.says, "<f4").reshape(TREES, NODES)
        self.grown[scorer] = TREES
        self.refitted_at[scorer] = fact.responses
        self.marks.grow(self.roots[scorer], fact.entries)

    def responses(self, scorer: int) -> int:
        """How many a scorer has learnt from."""
        return int(self.stats[scorer, COUNT])

    def drifts(self, scorer: int) -> int:
        """How often its errors rose so far that it doubted what it knew."""
        return int(self.stats[scorer, DRIFTS])

    def due(self) -> list[str]:
        """The offers whose trees should be grown again."""
        known = slice(len(self.names))
        due = _is_due(self.stats[known, COUNT], self.refitted_at[known], self.drifted_at[known])
        names = list(self.names)
        return [names[scorer] for scorer in np.flatnonzero(due)]

    def is_due(self, scorer: int) -> bool:
        """Whether its trees should be grown again."""
        one = slice(scorer, scorer + 1)
        return bool(_is_due(self.stats[one, COUNT], self.refitted_at[one], self.drifted_at[one])[0])

    def listed(self) -> Iterator[object]:
        """What the state's digest covers."""
        layout = self.layout
        yield [list(self.names.items()), list(layout.attributes), layout.numbers.tolist(), layout.taken]
        yield [self.roots, *(sorted(part.items()) for part in self.marks.parts)]
        yield [layout.column_of.tolist(), self.common.tolist(), self.lately]
        for each in self.array_bytes():
            yield sha256(each).hexdigest()
        for inverse in self.inverse:
            yield sha256(inverse.tobytes()).hexdigest()

    def packed(self) -> Packed:
        """For a snapshot."""
        return [
            packed_texts(self.names),
            self.layout.packed(),
            self.roots,
            self.marks.packed(),
            packed_blobs([inverse.astype("<f8").tobytes() for inverse in self.inverse]),
            self.array_bytes(),
            [self.common.tolist(), self.lately],
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        names, layout, roots, marks, inverses, arrays, (common, lately) = packed
        scorers = cls()
        scorers.names = {name: number for number, name in enumerate(unpacked_texts(names))}
        scorers.layout, scorers.marks = Layout.unpacked(layout), Marks.unpacked(marks)
        scorers.roots = [list(each) for each in roots]
        scorers.common, scorers.lately = np.array(common), list(lately)
        scorers.inverse = [_square(blob) for blob in unpacked_blobs(inverses)]
        scorers.take_arrays(arrays)
        return scorers

    def _learn(
        self, scorer: int, root: int, entry: int, row: Bins, width: int, *, now: Evidence, leaves: Leaves
    ) -> int:
        layout, stats = self.layout, self.stats[scorer]
        by_profiles = leaves.expected(root, layout.attributes, row)
        if stats[COUNT] == 0.0:
            stats[PRIOR] = leaves.prior(root)
        drifts, common = stats[DRIFTS], self.common[DRIFTS]
        by_scorer = learn.run(
            row[:-1], min(width, len(row) - 1), layout.numbers, layout.column_of, self.weights[scorer],
            self._inverse(scorer), stats, self.nodes[scorer], self.counts[scorer], self.says[scorer],
            int(self.grown[scorer]), _reward(now), response_key(root, entry), _key(scorer),
            self.common,
        )  # fmt: skip
        self.marks.learn(root, entry)
        self.lately = [*self.lately[1 - LATELY :], root]
        if self.common[DRIFTS] != common:
            self._doubt_all()
        elif stats[DRIFTS] != drifts:
            for each in self.roots[scorer]:
                self.marks.begin_again(each, has_newest=each == root)
            self._grow_anew(scorer)
        return bands_of(by_profiles, by_scorer)

    def _doubt_all(self) -> None:
        """All is as after a drift of its own, but remembered is only what is among the last responses of all."""
        lately = Counter(self.lately)
        for scorer, roots in enumerate(self.roots):
            doubt.run(self.weights[scorer], self._inverse(scorer), self.stats[scorer], _key(scorer))
            for root in roots:
                self.marks.begin_again(root, remembered=lately[root])
            self._grow_anew(scorer)

    def _grow_anew(self, scorer: int) -> None:
        self.refitted_at[scorer], self.drifted_at[scorer] = 0, self.responses(scorer)

    def _correct(
        self, scorer: int, root: int, entry: int, row: Bins, width: int, *, before: Evidence, now: Evidence
    ) -> None:
        layout = self.layout
        correct.run(
            row[:-1], min(width, len(row) - 1), layout.numbers, layout.column_of, self.weights[scorer],
            self._inverse(scorer), self.stats[scorer], self.nodes[scorer], self.counts[scorer], self.says[scorer],
            int(self.grown[scorer]) if self.marks.is_in_trees(root, entry) else 0, _reward(before), _reward(now),
            now.shown > 0,
            response_key(root, entry),
        )  # fmt: skip

    def _inverse(self, scorer: int) -> Floats:
        """A⁻¹ of every column that is taken: those that have come since have their prior."""
        known = self.inverse[scorer]
        size = COLUMNS if self.layout.taken >= COLUMNS - SHARED else self.layout.taken
        if len(known) < size:
            wider = np.diag(np.full(size, 1.0 / self.stats[scorer, RIDGE]))
            wider[: len(known), : len(known)] = known
            self.inverse[scorer] = known = wider
        return known


def _is_due(responses: Floats, last: Ints, drifted: Ints) -> NDArray[np.bool_]:
    """Of each scorer, by its responses now, and when its trees were grown last and it drifted last."""
    since = last - drifted
    return responses >= last + np.clip((since * GROWTH).astype(np.int64) - since, FIRST, MOST)


def _key(scorer: int) -> int:
    return int(mixed(scorer + 1))


def _reward(evidence: Evidence) -> float:
    return evidence.reward / MICRO


def _square(blob: bytes) -> Floats:
    size = math.isqrt(len(blob) // 8)
    return np.frombuffer(blob, "<f8").astype(np.float64).reshape(size, size)
