"""Full information: a learner that sees the label of every row after it, whatever it offered. No bandit can.

Boosted trees and randomized trees (Geurts, Ernst and Wehenkel 2006) on all rows so far, their probabilities averaged,
grown anew as the rows grow by a half.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier

from benchmarks.learning.peers.peer import OWN, Peer
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.features import Features
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.problems import Floats, Row
from tradewind.engine.lab.tables import Table

FIRST: Final = 20
GROWN: Final = 1.5


class Oracle(Peer):
    """Rows are told apart as objects: `_place` says where each stands in the table."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.problem)
        features = Features(table.problem)
        self._x = np.array([features.of(row) for row in table.rows])
        self._labels = np.array(table.labels)
        self._place = {id(row): place for place, row in enumerate(table.rows)}
        self._seen: list[int] = []
        self._said: Any = None
        self._next = FIRST

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        if self._said is None:
            return np.array([draws.at(OWN + int(offer)) for offer in allowed])
        scores: Floats = self._said[self._place[id(row)], allowed]
        return scores

    def take(self, choice: Choice, reward: float) -> None:
        self._seen.append(self._place[id(choice.row)])
        if len(self._seen) >= self._next:
            self._next = int(GROWN * len(self._seen)) + 1
            self._grow()

    def _grow(self) -> None:
        """Say beforehand what is thought of every row, which is quicker than to be asked of each."""
        labels = self._labels[self._seen]
        if len(set(labels.tolist())) == 1:
            return
        said = np.zeros((len(self._x), self.offers))
        for model in (
            HistGradientBoostingClassifier(max_iter=50, max_leaf_nodes=15, early_stopping=False, random_state=1),
            ExtraTreesClassifier(60, min_samples_leaf=2, random_state=1),
        ):
            model.fit(self._x[self._seen], labels)
            said[:, model.classes_] += model.predict_proba(self._x)
        self._said = said
