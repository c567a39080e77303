"""Always the offer that is best in hindsight: a peer that cheats, since nobody knows that one beforehand."""

from __future__ import annotations

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Choice, Offers, drawn
from tradewind.engine.lab.problems import Floats, Problem, Row


class Fixed:
    """The allowed offer with the highest acceptance over all rows; of equal ones the first."""

    def __init__(self, problem: Problem) -> None:
        self._hindsight = np.array(problem.hindsight or [0.5] * len(problem.offers))

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        probabilities = np.zeros(len(allowed))
        probabilities[np.argmax(self._hindsight[allowed])] = 1.0
        return drawn(row, allowed, probabilities, draws)

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        """Nothing."""

    def propensity(self, row: Row) -> Floats:
        return self._hindsight.copy()
