"""What peers have in common: they score the allowed offers, and take the highest score."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.learner import Choice, Offers, drawn
from tradewind.engine.lab.problems import Floats, Problem, Row

type Settings = Mapping[str, str]
"""What a peer can be tuned by."""

TIES = 2
"""The counter of the random number that decides between equal scores; the first one draws."""

OWN = 3
"""The counter of the first random number that a peer uses for itself."""


class CannotUnlearn(NotImplementedError):  # noqa: N818 - a refusal, named for what happened
    """A peer was told that an answer is corrected, which none of them can take back."""


class Peer:
    """A subclass gives scores and takes in rewards; answers come once, at once, and are not corrected."""

    def __init__(self, problem: Problem) -> None:
        self.offers = len(problem.offers)

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        return drawn(row, allowed, self.probabilities(row, allowed, draws), draws)

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        if reward is None or instead_of is not None:
            raise CannotUnlearn
        self.take(choice, reward / MICRO)

    def propensity(self, row: Row) -> Floats:
        """One half for every offer: the trials do not ask peers for it."""
        return np.full(self.offers, 0.5)

    def probabilities(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        """All of it on the offer with the highest score."""
        return highest(self.scores(row, allowed, draws), draws)

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        """A number for each allowed offer."""
        raise NotImplementedError

    def take(self, choice: Choice, reward: float) -> None:
        """Take in what a choice has brought, 0 to 1."""
        raise NotImplementedError


def highest(scores: Floats, draws: Draws) -> Floats:
    """Probability one for the highest score; between equal ones chance decides.

    >>> highest(np.array([0.1, 0.5, 0.2]), Draws(b"decision")).tolist()
    [0.0, 1.0, 0.0]
    """
    probabilities = np.zeros(len(scores))
    best = np.flatnonzero(scores >= scores.max())
    probabilities[best[int(draws.at(TIES) * len(best))]] = 1.0
    return probabilities


def tried_seldom(probabilities: Floats, epsilon: float) -> Floats:
    """Any offer with the probability epsilon, else as before."""
    return (1.0 - epsilon) * probabilities + epsilon / len(probabilities)
