"""River's adaptive random forest of five trees for each offer.

Source: Gomes et al. (2017), Adaptive random forests for evolving data stream classification.
"""

from __future__ import annotations

from typing import Any

from river import forest

from benchmarks.learning.peers.hoeffding import GRACE, START, Hoeffding


class HoeffdingForest(Hoeffding):
    """Not tuned: one pass takes too long."""

    def made(self, nominal: list[str], seed: int) -> Any:
        return forest.ARFClassifier(n_models=5, grace_period=GRACE, nominal_attributes=nominal, seed=seed)


__all__ = ["START", "HoeffdingForest"]
