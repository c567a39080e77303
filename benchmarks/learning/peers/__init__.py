"""The peers, each in a file of its own, with the protocol of `tradewind.engine.lab.learner`.

To add one: a file with a class that is made of a problem and settings, and an entry in `PEERS`. What it can be tuned by
are steps: in each, some settings are tried together with the best ones so far. A peer's package is imported when the
peer is made, so that the others run without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from benchmarks.learning.peers.peer import Settings
from tradewind.engine.lab.learner import Learner
from tradewind.engine.lab.problems import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a peer is, the package that it needs, and what the page calls it."""

    module: str
    name: str
    package: str
    says: str

    @property
    def start(self) -> Settings:
        """What it is set to before it is tuned."""
        settings: Settings = self._loaded.START
        return settings

    def steps(self, problem: Problem) -> Sequence[Sequence[Settings]]:
        """What is tried when it is tuned; nothing where it is not."""
        steps: Callable[[Problem], Sequence[Sequence[Settings]]] | None = getattr(self._loaded, "steps", None)
        return () if steps is None else steps(problem)

    def make(self, problem: Problem, settings: Settings) -> Learner:
        """A fresh one."""
        learner: Learner = getattr(self._loaded, self.name)(problem, settings)
        return learner

    @property
    def _loaded(self) -> Any:
        return import_module(f"benchmarks.learning.peers.{self.module}")


PEERS: Final[dict[str, Entry]] = {
    "vowpal": Entry("vowpal", "Vowpal", "vowpalwabbit", "Vowpal Wabbit, tuned"),
    "linucb": Entry("linucb", "LinUcb", "numpy", "LinUCB, tuned"),
    "lints": Entry("lints", "LinTs", "numpy", "LinTS, tuned"),
    "treebandit": Entry("treebandit", "TreeBandit", "mabwiser", "MABWiser TreeBandit"),
    "bootstrapped": Entry("bootstrapped", "Bootstrapped", "sklearn", "ten bootstrapped trees"),
    "hoeffding": Entry("hoeffding", "Hoeffding", "river", "River HoeffdingTree, ε tuned"),
    "hoeffding-adaptive": Entry(
        "hoeffding_adaptive", "HoeffdingAdaptive", "river", "River HoeffdingAdaptiveTree, ε tuned"
    ),
    "hoeffding-forest": Entry("hoeffding_forest", "HoeffdingForest", "river", "River adaptive random forest"),
}
