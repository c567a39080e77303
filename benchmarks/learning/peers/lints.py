"""LinTS, disjoint: a ridge model for each offer, its score drawn from what is believed of it.

Source: Agrawal and Goyal (2013), Thompson sampling for contextual bandits with linear payoffs. Where θ is normal
so is xᵀθ, and the score is drawn itself.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from benchmarks.learning.peers.linucb import START, LinUcb, steps
from benchmarks.learning.peers.peer import OWN
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Offers
from tradewind.engine.lab.problems import Floats, Row

_NORMAL: Final = NormalDist()


class LinTs(LinUcb):
    """Every score from its own random number."""

    def scores(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        means, doubts = self.believed(row, allowed)
        uniform = [min(max(draws.at(OWN + int(offer)), 1e-12), 1.0 - 1e-12) for offer in allowed]
        drawn: Floats = means + doubts * np.array([_NORMAL.inv_cdf(number) for number in uniform])
        return drawn


__all__ = ["START", "LinTs", "steps"]
