"""River's HoeffdingTree, one for each offer, that learns which rows accept it; an offer at random now and then.

Source: Domingos and Hulten (2000), Mining high-speed data streams; Montiel et al. (2021), River.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from river import tree

from benchmarks.learning.peers.peer import Peer, Settings, highest, tried_seldom
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.problems import Floats, Problem, Row

START: Final[Settings] = {"epsilon": "0.05"}
GRACE: Final = 50
"""Answers between two looks for a split; River's own 200 would split later."""


def steps(problem: Problem) -> Sequence[Sequence[Settings]]:
    """How often an offer is chosen at random."""
    return ([{"epsilon": epsilon} for epsilon in ("0.02", "0.05", "0.1")],)


class Hoeffding(Peer):
    """A subclass has another classifier."""

    def __init__(self, problem: Problem, settings: Settings = START) -> None:
        super().__init__(problem)
        self._names = [attribute.name for attribute in problem.attributes]
        self._epsilon = float(settings["epsilon"])
        nominal = [attribute.name for attribute in problem.attributes if attribute.type != "number"]
        self._models = [self.made(nominal, offer) for offer in range(self.offers)]

    def made(self, nominal: list[str], seed: int) -> Any:
        """A fresh classifier."""
        return tree.HoeffdingTreeClassifier(grace_period=GRACE, nominal_attributes=nominal)

    def probabilities(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        return tried_seldom(highest(self.scores(row, allowed, draws), draws), self._epsilon)

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        known = self._known(row)
        return np.array([_accepted(self._models[offer].predict_proba_one(known)) for offer in allowed])

    def take(self, choice: Choice, reward: float) -> None:
        self._models[choice.offer].learn_one(self._known(choice.row), reward > 0.0)

    def _known(self, row: Row) -> dict[str, object]:
        return {name: value for name, value in zip(self._names, row, strict=True) if value is not None}


def _accepted(said: dict[object, float]) -> float:
    """What a classifier says; one half where it has nothing to say."""
    return said.get(True, 0.0) if said else 0.5
