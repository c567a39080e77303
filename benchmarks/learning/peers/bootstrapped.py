"""Bootstrapped trees: ten for each offer, each on a sample of its answers with replacement, grown anew every 500 rows.

The score is the 80th percentile of what the ten say. Source: Cortes (2018), Adapting multi-armed bandits policies to
contextual bandits scenarios (BootstrappedUCB); Elmachtoub et al. (2017).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from benchmarks.learning.peers.peer import OWN, Peer, Settings
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.features import Features
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.problems import Floats, Problem, Row

START: Final[Settings] = {"bags": "10", "percentile": "80"}
EARLY: Final = (100, 200, 300)
EVERY: Final = 500
LEAST_SHOWN: Final = 10
"""Shows below which an offer is scored at random, by the beta distribution of its answers."""


class Bootstrapped(Peer):
    """A regression tree on answers of 0 and 1 splits as a classification tree with Gini impurity does."""

    def __init__(self, problem: Problem, settings: Settings = START) -> None:
        super().__init__(problem)
        self._features = Features(problem)
        self._bags, self._percentile = int(settings["bags"]), float(settings["percentile"])
        self._rows: list[list[Floats]] = [[] for _ in range(self.offers)]
        self._rewards: list[list[float]] = [[] for _ in range(self.offers)]
        self._trees: list[list[Any]] = [[] for _ in range(self.offers)]
        self._seen = 0

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        if self._seen < EARLY[0]:
            return np.array([draws.at(OWN + int(offer)) for offer in allowed])
        x = self._features.of(row).astype(np.float32)[np.newaxis]
        return np.array([self._score(int(offer), x, draws) for offer in allowed])

    def take(self, choice: Choice, reward: float) -> None:
        self._rows[choice.offer].append(self._features.of(choice.row))
        self._rewards[choice.offer].append(reward)
        self._seen += 1
        if self._seen in EARLY or self._seen % EVERY == 0:
            self._grow()

    def _score(self, offer: int, x: Any, draws: Draws) -> float:
        if not self._trees[offer]:
            accepted, shown = sum(self._rewards[offer]), len(self._rewards[offer])
            random = np.random.default_rng(int(draws.at(OWN + offer) * 2**53))
            return float(random.beta(1.0 + accepted, 1.0 + shown - accepted))
        said = sorted(float(tree.predict(x)[0, 0]) for tree in self._trees[offer])
        return said[min(int(self._percentile / 100.0 * len(said)), len(said) - 1)]

    def _grow(self) -> None:
        random = np.random.default_rng(self._seen)
        for offer in range(self.offers):
            rows, rewards = np.array(self._rows[offer]), np.array(self._rewards[offer])
            if len(rewards) < LEAST_SHOWN:
                continue
            samples = [random.integers(len(rewards), size=len(rewards)) for _ in range(self._bags)]
            self._trees[offer] = [
                DecisionTreeRegressor(random_state=number).fit(rows[sample], rewards[sample]).tree_
                for number, sample in enumerate(samples)
            ]
