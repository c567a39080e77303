"""The peer of a decision: Vowpal Wabbit's contextual bandit, with as many actions and their features.

`--interactions CA` crosses every feature of the customer with every feature of an offer, which is what makes
its ranking personal. It has no conditions, no contact policy, and scores every action.
Source: Langford et al., vowpalwabbit.org; SquareCB: Foster and Rakhlin 2020.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

import vowpalwabbit

from benchmarks.decisions import world

PEER: Final = "Vowpal Wabbit predict, text"
ARGUMENTS: Final = "--cb_explore_adf --squarecb --interactions CA --quiet"
LEARNT: Final = 200
"""Responses that it has learnt from before it is measured, so that its weights are not all zero."""


class Vowpal:
    """One workspace over the offers of a publication, trained on a few made-up responses."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._vw = vowpalwabbit.Workspace(ARGUMENTS)
        self._actions = [
            f"|A offer={offer['id']} group={offer['group']} value:{offer['value'] / 100:.3f}"
            for offer in document["offers"]
        ]
        draw = random.Random(len(self._actions))
        for index in range(LEARNT):
            chosen = draw.randrange(len(self._actions))
            cost = -1.0 if draw.random() < 0.3 else 0.0
            lines = self.lines(world.attributes(index))
            lines[1 + chosen] = f"0:{cost}:{1 / len(self._actions)} {lines[1 + chosen]}"
            self._vw.learn(lines)

    def lines(self, attributes: Mapping[str, Any]) -> list[str]:
        """One context and all actions, as its text format has them."""
        return [_shared(attributes), *self._actions]

    def text(self, attributes: Mapping[str, Any]) -> str:
        return "\n".join(self.lines(attributes))

    def predict(self, text: str) -> Sequence[float]:
        """The probability of every action: parsed and predicted."""
        probabilities: Sequence[float] = self._vw.predict(text)
        return probabilities

    def parsed(self, text: str) -> Any:
        return self._vw.parse(text)

    def predict_parsed(self, examples: Any) -> Sequence[float]:
        """The same without parsing: a lower bound, since a new context has to be parsed."""
        probabilities: Sequence[float] = self._vw.predict(examples)
        return probabilities

    def release(self, examples: Any) -> None:
        self._vw.finish_example(examples)

    def close(self) -> None:
        self._vw.finish()


def _shared(attributes: Mapping[str, Any]) -> str:
    features = [
        f"{name}:{value / 100:.3f}" if isinstance(value, float) else f"{name}={value}"
        for name, value in attributes.items()
    ]
    return "shared |C " + " ".join(features)
