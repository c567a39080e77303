"""Learners around a learner, which see what goes through: for curves, calibration and the uniform check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.learner import Choice, Learner, Offers
from tradewind.engine.lab.problems import Floats, Row

OVERRULING: Final = 1_000_003
"""The counter of the random number that the uniform policy draws with; nobody else uses it."""


class Dishonest(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A learner has chosen what it may not, or its probabilities are none."""


@dataclass(slots=True)
class Watched:
    """Does what `inner` does, and keeps choices and rewards; with `asks`, also every propensity beforehand."""

    inner: Learner
    asks: bool = False
    choices: list[Choice] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    said: list[Floats] = field(default_factory=list)

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        choice = self.inner.choose(row, allowed, draws)
        if self.asks:
            self.said.append(self.inner.propensity(row))
        return choice

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        self.inner.learn(choice, reward, instead_of=instead_of)
        self.choices.append(choice)
        self.rewards.append((reward or 0) / MICRO)

    def propensity(self, row: Row) -> Floats:
        return self.inner.propensity(row)


@dataclass(frozen=True, slots=True)
class Overruled:
    """Lets `inner` choose and learn, but what counts is drawn uniformly: so nothing of it may show in the rate."""

    inner: Learner

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        _check(self.inner.choose(row, allowed, draws), allowed)
        even = np.full(len(allowed), 1.0 / len(allowed))
        return Choice(row, allowed, even, int(draws.at(OVERRULING) * len(allowed)))

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        self.inner.learn(choice, reward, instead_of=instead_of)

    def propensity(self, row: Row) -> Floats:
        return self.inner.propensity(row)


def _check(choice: Choice, allowed: Offers) -> None:
    probabilities = choice.probabilities
    if choice.allowed.tolist() != allowed.tolist() or len(probabilities) != len(allowed):
        raise Dishonest("it has chosen from other offers than those allowed")
    if probabilities.min() < 0.0 or abs(float(probabilities.sum()) - 1.0) > 1e-6 or choice.probability <= 0.0:
        raise Dishonest("its probabilities are none")
