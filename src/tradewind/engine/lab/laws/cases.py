"""What a law is tried on, and how one is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.history import History
from tradewind.engine.lab.learner import Choice, Learner, Offers
from tradewind.engine.lab.problems import Problem, Row

type Make = Callable[[Problem], Learner]
type Opened = Callable[[], History]


class LawBroken(AssertionError):  # noqa: N818 - it says what happened
    """A law does not hold; the message says where."""


@dataclass(frozen=True, slots=True)
class Case:
    """A problem, customers, and how likely each offer is to be accepted by each of them."""

    problem: Problem
    rows: Sequence[Row]
    chances: Sequence[Sequence[float]]

    def allowed(self, number: int) -> Offers:
        """Some of the offers, others for every row, and never none."""
        offers, draws = len(self.problem.offers), Draws(f"allowed/{number}".encode())
        kept = [offer for offer in range(offers) if draws.at(offer) < 0.7]
        return np.array(kept or [number % offers], np.int64)

    def reward(self, number: int, offer: int) -> int:
        """What an offer brings: all or nothing, or a part, the same for every learner."""
        draws = Draws(f"reward/{number}".encode())
        if draws.at(offer) >= self.chances[number % len(self.rows)][offer]:
            return 0
        return MICRO if draws.at(1_000 + offer) < 0.8 else MICRO // 4


def live(learner: Learner, case: Case, size: int | None = None) -> list[tuple[Choice, int]]:
    """Let a learner go through the rows; what it chose and what that brought."""
    told = []
    for number in range(len(case.rows) if size is None else size):
        row = case.rows[number % len(case.rows)]
        choice = learner.choose(row, case.allowed(number), Draws(f"law/{number}".encode()))
        reward = case.reward(number, choice.offer)
        learner.learn(choice, reward)
        told.append((choice, reward))
    return told


def hold(holds: bool, why: str) -> None:
    """Break the law, with what is wrong, unless it holds."""
    if not holds:
        raise LawBroken(why)
