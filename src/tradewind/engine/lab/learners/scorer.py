"""The engine's scorers as they serve: beside the profiles of `tree`, a linear part and grown trees that rank."""

from __future__ import annotations

from functools import partial

from tradewind.engine.core.arbitration import Candidates, rescore
from tradewind.engine.core.predictors.evidence import Evidence
from tradewind.engine.core.predictors.regrowing import material, regrown
from tradewind.engine.lab.learner import Offers
from tradewind.engine.lab.learners.tree import FLOOR, Policy, Tree
from tradewind.engine.lab.problems import Problem, Row


class Scorer(Tree):
    """Trees are grown as soon as they are due; the engine grows them beside itself."""

    def __init__(self, problem: Problem, policy: Policy, floor: float = FLOOR) -> None:
        super().__init__(problem, policy, floor)
        attributes, names = self._publication.attributes, self._publication.scales.names
        columns = self._samples.declare(sorted(names))
        self._scorers.layout.declare(columns, (attributes[name].type == "number" for name in columns))
        self._offers = [offer.id for offer in self._publication.offers]
        for offer, root in zip(self._offers, self._roots.tolist(), strict=True):
            self._scorers.plant(offer, attributes=len(names))
            self._scorers.follow(offer, root, since=0)
        self._scorer_of = self._scorers.rows(self._offers)

    def _count(self, offer: int, entry: int, row: bytes, old: Evidence, new: Evidence) -> None:
        name, root = self._offers[offer], int(self._roots[offer])
        self._scorers.count(name, root, entry, row, before=old, now=new, leaves=self._leaves)
        if self._scorers.is_due(self._scorers.names[name]):
            self._scorers.refit(regrown(material(self._scorers, self._samples, name), id="", at=0))

    def _weighed(self, row: Row, allowed: Offers) -> Candidates:
        candidates = super()._weighed(row, allowed)
        rescore(candidates, self._publication, self._scorers, self._scorer_of)
        return candidates


thompson = partial(Scorer, policy="thompson")
squarecb = partial(Scorer, policy="squarecb")
