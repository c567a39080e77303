"""Any offer with equal probability: what every other learner has to be better than."""

from __future__ import annotations

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Choice, Offers, drawn
from tradewind.engine.lab.problems import Floats, Problem, Row


class Uniform:
    """Learns nothing."""

    def __init__(self, problem: Problem) -> None:
        self._offers = len(problem.offers)

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        return drawn(row, allowed, np.full(len(allowed), 1.0 / len(allowed)), draws)

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        """Nothing."""

    def propensity(self, row: Row) -> Floats:
        return np.full(self._offers, 0.5)
