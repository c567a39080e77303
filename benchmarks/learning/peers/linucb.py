"""LinUCB, disjoint: a ridge model for each offer, the highest optimistic score taken.

Source: Li, Chu, Langford and Schapire (2010), A contextual-bandit approach to personalized news article recommendation;
Sherman and Morrison (1950) for A⁻¹ as rows come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from benchmarks.learning.peers.peer import Peer, Settings
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.features import Features
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.problems import Floats, Problem, Row

START: Final[Settings] = {"alpha": "0.3", "ridge": "1"}


def steps(problem: Problem) -> Sequence[Sequence[Settings]]:
    """Every α with every ridge."""
    return (
        [{"alpha": alpha, "ridge": ridge} for ridge in ("0.1", "1", "10") for alpha in ("0.05", "0.1", "0.3", "1")],
    )


class LinUcb(Peer):
    """`doubts` are the deviations of the scores: α √(xᵀA⁻¹x)."""

    def __init__(self, problem: Problem, settings: Settings = START) -> None:
        super().__init__(problem)
        self._features, self._alpha = Features(problem), float(settings["alpha"])
        size = self._features.size
        self._inverse = np.repeat(np.eye(size)[np.newaxis] / float(settings["ridge"]), self.offers, axis=0)
        self._sums, self._weights = np.zeros((self.offers, size)), np.zeros((self.offers, size))

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        means, doubts = self.believed(row, allowed)
        return means + doubts

    def believed(self, row: Row, allowed: Offers) -> tuple[Floats, Floats]:
        """For each allowed offer its estimate, and how far it may be off."""
        x = self._features.of(row)
        inverse = self._inverse if len(allowed) == self.offers else self._inverse[allowed]
        return self._weights[allowed] @ x, self._alpha * np.sqrt(np.maximum((inverse @ x) @ x, 0.0))

    def take(self, choice: Choice, reward: float) -> None:
        x, offer = self._features.of(choice.row), choice.offer
        seen = self._inverse[offer] @ x
        self._inverse[offer] -= np.outer(seen, seen / (1.0 + x @ seen))
        self._sums[offer] += reward * x
        self._weights[offer] = self._inverse[offer] @ self._sums[offer]
