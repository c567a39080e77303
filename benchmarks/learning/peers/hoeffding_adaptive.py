"""River's HoeffdingAdaptiveTree: branches that got worse are replaced.

Source: Bifet and Gavaldà (2009), Adaptive learning from evolving data streams.
"""

from __future__ import annotations

from typing import Any

from river import tree

from benchmarks.learning.peers.hoeffding import GRACE, START, Hoeffding, steps


class HoeffdingAdaptive(Hoeffding):
    """As the plain one in everything else."""

    def made(self, nominal: list[str], seed: int) -> Any:
        return tree.HoeffdingAdaptiveTreeClassifier(grace_period=GRACE, nominal_attributes=nominal, seed=seed)


__all__ = ["START", "HoeffdingAdaptive", "steps"]
