"""What every learner does. The laws that each of them must keep are in `laws`."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.kernels.chances import draw
from tradewind.engine.lab.problems import Floats, Row

Offers = NDArray[np.int64]
"""Numbers of offers."""


class Choice(NamedTuple):
    """One decision: `probabilities` has an entry for each of `allowed`, and `at` is where the drawn one stands.

    `agent` is who puts the offer before the customer, where somebody does who is not in the row.
    """

    row: Row
    allowed: Offers
    probabilities: Floats
    at: int
    agent: str | None = None

    @property
    def offer(self) -> int:
        """The number of the offer that was drawn."""
        return int(self.allowed[self.at])

    @property
    def probability(self) -> float:
        """The selection probability of the offer that was drawn."""
        return float(self.probabilities[self.at])


class TooLarge(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A learner would take more memory for a problem than it should ask for."""


class Learner(Protocol):
    """Chooses one offer for a row, and learns from the answer, which may come late or never.

    Choosing changes nothing: who has been told the same choices and rewards in the same order is the same learner.
    """

    def choose(self, row: Row, allowed: Offers, draws: Draws) -> Choice:
        """Draw one of the allowed offers.

        Args:
            row: the customer.
            allowed: numbers of offers, rising, at least one.
            draws: random numbers keyed by the decision; the first one draws.
        """

    def learn(self, choice: Choice, reward: int | None, *, instead_of: int | None = None) -> None:
        """Take in what a choice has brought, in millionths, 0 to 1,000,000.

        `instead_of` is what was learnt from this choice before and is now corrected; a `reward` of None takes that
        back without a successor.
        """

    def propensity(self, row: Row) -> Floats:
        """How likely each offer of the problem is to be accepted, 0 to 1, as far as this learner knows."""


def drawn(row: Row, allowed: Offers, probabilities: Floats, draws: Draws) -> Choice:
    """The choice that the first random number falls on."""
    return Choice(row, allowed, probabilities, int(draw(probabilities, draws.at(1))))
