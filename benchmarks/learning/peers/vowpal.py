"""Vowpal Wabbit's contextual bandit: one example a decision, with every offer as an action.

Numbers are put between -1 and 1 in their range, and rescaled by Vowpal Wabbit itself, which normalizes by default;
`numbers` says whether they go in as they are, as one of eight bins, or both ways. `cost` says what an accepted offer
costs: -1 against 0, with or without telling that range, or 0 against 1.
Source: Langford et al., vowpalwabbit.org; SquareCB: Foster and Rakhlin (2020), cover: Agarwal et al. (2014), RND:
Burda et al. (2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import vowpalwabbit

from benchmarks.learning.peers.peer import Peer, Settings
from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Choice, Offers
from tradewind.engine.lab.problems import Attribute, Floats, Problem, Row, Value

START: Final[Settings] = {
    "exploration": "--squarecb",
    "rate": "0.5",
    "interactions": "CA CCA",
    "power_t": "0.5",
    "numbers": "plain",
    "cost": "negative",
}
EXPLORATIONS: Final = (
    "--squarecb",
    "--squarecb --gamma_scale 50",
    "--squarecb --gamma_scale 300",
    "--cover 5",
    "--cover 3 --epsilon 0.01 --nounif",
    "--epsilon 0.02",
    "--epsilon 0.05",
    "--epsilon 0.05 --cb_type dr",
    "--rnd 3 --epsilon 0.01",
    "--rnd 3 --rnd_alpha 0.5 --epsilon 0.0",
)
MOST_CROSSED: Final = 40
"""Attributes up to which pairs of them are crossed with the offer: with more, one pass takes minutes."""

BINS: Final = 8

_RANGES: Final = {
    "negative": "",
    "bounded": " --cb_min_cost -1 --cb_max_cost 0",
    "positive": " --cb_min_cost 0 --cb_max_cost 1",
}


def steps(problem: Problem) -> Sequence[Sequence[Settings]]:
    """What is tried, one step after the other, the best so far kept."""
    crossings = ("CA", "CA CCA") if len(problem.attributes) <= MOST_CROSSED else ("CA",)
    return (
        [{"rate": rate, "interactions": crossing} for rate in ("0.1", "0.5", "2", "8") for crossing in crossings],
        [{"exploration": exploration} for exploration in EXPLORATIONS],
        [{"numbers": numbers} for numbers in ("plain", "bins", "both")],
        [{"power_t": power} for power in ("0", "0.5")],
        [{"cost": cost} for cost in _RANGES],
        [{"rate": rate} for rate in ("0.1", "0.5", "1", "2", "4", "8")],
    )


class Vowpal(Peer):
    """Draws from the probabilities that it gives."""

    def __init__(self, problem: Problem, settings: Settings = START) -> None:
        super().__init__(problem)
        self._vw = vowpalwabbit.Workspace(arguments(settings))
        self._attributes, self._numbers = problem.attributes, settings["numbers"]
        self._codes = [{value: code for code, value in enumerate(each.values)} for each in problem.attributes]
        self._actions = [f"|A a{offer}" for offer in range(self.offers)]
        self._shift = 1.0 if settings["cost"] == "positive" else 0.0
        self._seen: tuple[Row, str] | None = None

    def probabilities(self, row: Row, allowed: Offers, draws: Draws) -> Floats:
        lines = [self._shared(row), *(self._actions[offer] for offer in allowed)]
        given: Floats = np.maximum(np.array(self._vw.predict(lines)), 0.0)
        return np.divide(given, given.sum())

    def take(self, choice: Choice, reward: float) -> None:
        lines = [self._shared(choice.row), *(self._actions[offer] for offer in choice.allowed)]
        lines[1 + choice.at] = f"0:{self._shift - reward}:{choice.probability:.6g} {lines[1 + choice.at]}"
        self._vw.learn(lines)

    def _shared(self, row: Row) -> str:
        """The customer as text, kept between choosing and learning."""
        if self._seen is None or self._seen[0] is not row:
            words = (self._words(place, value) for place, value in enumerate(row))
            self._seen = row, "shared |C " + " ".join(words)
        return self._seen[1]

    def _words(self, place: int, value: Value) -> str:
        attribute = self._attributes[place]
        if value is None:
            return f"m{place}"
        if attribute.type != "number":
            return f"c{place}_{self._codes[place].get(str(value), -1) if attribute.type == 'category' else int(value)}"
        share = _share(attribute, float(value))
        plain, binned = f"n{place}:{2.0 * share - 1.0:.5g}", f"b{place}_{min(int(share * BINS), BINS - 1)}"
        return {"plain": plain, "bins": binned, "both": f"{plain} {binned}"}[self._numbers]


def arguments(settings: Settings) -> str:
    """Settings as Vowpal Wabbit's own arguments."""
    crossed = " ".join(f"--interactions {crossing}" for crossing in settings["interactions"].split())
    return (
        f"--cb_explore_adf {settings['exploration']} {crossed} "
        f"-l {settings['rate']} --power_t {settings['power_t']}{_RANGES[settings['cost']]} --random_seed 1 --quiet"
    )


def _share(attribute: Attribute, value: float) -> float:
    width = attribute.most - attribute.least
    return min(max((value - attribute.least) / width, 0.0), 1.0) if width > 0.0 else 0.0
