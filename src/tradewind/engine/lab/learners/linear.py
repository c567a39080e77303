"""A ridge model for each offer, looked at with optimism: a strong peer, and short enough to be read.

Sources: Li, Chu, Langford and Schapire (2010), A contextual-bandit approach to personalized news article
recommendation (disjoint LinUCB: θ = A⁻¹b, score = xᵀθ + α √(xᵀA⁻¹x)); Sherman and Morrison (1950) for A⁻¹ as rows come
and go; Foster and Rakhlin (2020), Beyond UCB, for probabilities from scores. LinUCB itself always takes the highest
score, so that nothing could be estimated from what it has logged: here the scores are weighted by their gaps.
"""

from __future__ import annotations

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.kernels.chances import squarecb
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.features import Features
from tradewind.engine.lab.learner import Choice, Offers, TooLarge, drawn
from tradewind.engine.lab.problems import Floats, Problem, Row

OPTIMISM = 0.3
"""Deviations that a score lies above its estimate."""

RIDGE = 1.0

MOST_BYTES = 2 * 2**30


class Linear:
    """`inverse` has A⁻¹ of every offer, `sums` b, `weights` θ: K·d·(d + 2) doubles for K offers and d features."""

    def __init__(self, problem: Problem) -> None:
        """Raises TooLarge: no memory should be asked for so much."""
        self._features = Features(problem)
        offers, size = len(problem.offers), self._features.size
        if (needed := 8 * offers * size * (size + 2)) > MOST_BYTES:
            taken = f"{offers:,} offers and {size:,} features take {needed / 2**30:,.1f} GB"
            raise TooLarge(f"{taken}, and {MOST_BYTES // 2**30} GB are the most")
        self._inverse = np.repeat(np.eye(size)[np.newaxis] / RIDGE, offers, axis=0)
        self._sums, self._weights = np.zeros((offers, size)), np.zeros((offers, size))
        self._learnt = 0

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        x = self._features.of(row)
        doubt = np.sqrt(np.maximum((self._inverse[allowed] @ x) @ x, 0.0))
        scores = np.maximum(self._weights[allowed] @ x + OPTIMISM * doubt, 0.0)
        probabilities = np.empty(len(allowed))
        squarecb(scores, np.arange(len(allowed)), self._learnt, probabilities)
        return drawn(row, allowed, probabilities, draws)

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        x, offer = self._features.of(choice.row), choice.offer
        come, gone = int(reward is not None), int(instead_of is not None)
        if come != gone:
            seen = self._inverse[offer] @ x
            self._inverse[offer] -= (come - gone) * np.outer(seen, seen) / (1.0 + (come - gone) * (x @ seen))
        self._sums[offer] += ((reward or 0) - (instead_of or 0)) / MICRO * x
        self._weights[offer] = self._inverse[offer] @ self._sums[offer]
        self._learnt += come - gone

    def propensity(self, row: Row) -> Floats:
        return np.clip(self._weights @ self._features.of(row), 0.0, 1.0)
