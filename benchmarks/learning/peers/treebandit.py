"""MABWiser's TreeBandit: a decision tree for each offer, upper confidence bounds in its leaves.

It adds rewards to the leaves that there are, 50 at a time, and does not grow: so it is fitted anew whenever it has seen
three tenths more. Source: Elmachtoub, McNellis, Oh and Petrik (2017), A practical method for solving contextual bandit
problems using decision trees; Strong, Kleynhans and Kadıoğlu (2019), MABWiser.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from mabwiser.mab import MAB, LearningPolicy, NeighborhoodPolicy

from benchmarks.learning.peers.peer import OWN, Peer, Settings
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.features import Features
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.problems import Floats, Problem, Row

START: Final[Settings] = {"alpha": "0.5", "min_samples_leaf": "5"}
FIRST: Final = 100
"""Rows with offers at random, since it must be fitted on something."""

TOGETHER: Final = 50
GROWN: Final = 1.3
LEAST_SHOWN: Final = 10
"""Shows below which an offer is preferred to all others, since it has no score of its own."""


class TreeBandit(Peer):
    """`_waiting` counts the answers at the end of what was seen that it has not been told."""

    def __init__(self, problem: Problem, settings: Settings = START) -> None:
        super().__init__(problem)
        self._features = Features(problem)
        self._mab = MAB(
            list(range(self.offers)),
            LearningPolicy.UCB1(alpha=float(settings["alpha"])),
            NeighborhoodPolicy.TreeBandit({"min_samples_leaf": int(settings["min_samples_leaf"])}),
            seed=1,
        )
        self._rows: list[Floats] = []
        self._offers: list[int] = []
        self._rewards: list[float] = []
        self._shown = np.zeros(self.offers, np.int64)
        self._fitted, self._waiting = 0, 0

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        if not self._fitted:
            return np.array([draws.at(OWN + int(offer)) for offer in allowed])
        expected = self._mab.predict_expectations(self._features.of(row)[np.newaxis])
        seldom = self._shown[allowed] < LEAST_SHOWN
        return np.where(seldom, np.inf, [expected[offer] for offer in allowed.tolist()])

    def take(self, choice: Choice, reward: float) -> None:
        self._rows.append(self._features.of(choice.row))
        self._offers.append(choice.offer)
        self._rewards.append(reward)
        self._shown[choice.offer] += 1
        self._waiting += 1
        if self._waiting >= TOGETHER and len(self._rows) >= FIRST:
            self._tell()

    def _tell(self) -> None:
        seen = len(self._rows)
        anew = self._fitted == 0 or seen >= GROWN * self._fitted
        since = 0 if anew else seen - self._waiting
        offers, rewards = np.array(self._offers[since:]), np.array(self._rewards[since:])
        (self._mab.fit if anew else self._mab.partial_fit)(offers, rewards, np.array(self._rows[since:]))
        self._fitted, self._waiting = seen if anew else self._fitted, 0
