"""The learners, each in a file of its own. To add one:

1. a file here with a class that does what `lab.learner.Learner` says (`uniform` is the shortest, `linear` a whole one);
2. a line in `LEARNERS` below.

Then `tradewind lab bandit --learner NAME` runs it, and `tests/properties/test_lab_laws.py` holds it to every law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tradewind.engine.lab.learner import Learner
from tradewind.engine.lab.learners import scorer
from tradewind.engine.lab.learners.fixed import Fixed
from tradewind.engine.lab.learners.linear import Linear
from tradewind.engine.lab.learners.tree import squarecb, thompson
from tradewind.engine.lab.learners.uniform import Uniform
from tradewind.engine.lab.problems import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """How a learner is made, and what it is in a few words; one that `cheats` knows what nobody can know.

    One that `estimates` from what it had expected before each answer how far it can be trusted unlearns only a part.
    """

    make: Callable[[Problem], Learner]
    says: str
    cheats: bool = False
    estimates: bool = False


LEARNERS: Final[dict[str, Entry]] = {
    "scorer": Entry(
        scorer.thompson, "the engine's scorers beside its predictors, Thompson sampling with floor", estimates=True
    ),
    "scorer-squarecb": Entry(scorer.squarecb, "the engine's scorers, inverse gap weighting with floor", estimates=True),
    "tree": Entry(thompson, "the engine's own predictors, Thompson sampling with floor"),
    "tree-squarecb": Entry(squarecb, "the engine's own predictors, inverse gap weighting with floor"),
    "linear": Entry(Linear, "a ridge model for each offer with optimism, inverse gap weighting"),
    "uniform": Entry(Uniform, "any offer with equal probability"),
    "fixed": Entry(Fixed, "always the offer that is best in hindsight", cheats=True),
}

SHIPPED: Final = "scorer"
"""The best that the engine can serve with."""
