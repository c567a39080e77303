"""What of a response is due to its agent: found when it first counts, kept beside it, taken back with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tradewind.engine.core.kernels.binning import MISSING
from tradewind.engine.core.predictors.agents import NOBODY, Agents
from tradewind.engine.core.predictors.evidence import MICRO, Evidence
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.presentations import Presentation

_MISSING = bytes((MISSING,))


def credit(
    agents: Agents,
    presentation: Presentation,
    *,
    agent: int,
    offer: str,
    before: Evidence,
    now: Evidence,
    expected: Callable[[], float],
) -> Evidence:
    """Have its agent share in what a presentation counts as now; what is left of that to be learnt.

    Args:
        agents: changed by what is new.
        presentation: keeps what was expected, and of whom, from when it first counts until it is taken back.
        agent: who put it before the customer.
        offer: what it presents.
        before: what it has counted as.
        now: what it counts as by its answers, less the shift that it has by now.
        expected: the chance of this offer for this customer by all that was learnt until now.
    """
    if before.shown and now.shown:
        agents.change(presentation.agent, offer, presentation.expected, responses=0, reward=now.reward - before.reward)
    elif now.shown and agent != NOBODY:
        chance = min(max(round(expected() * MICRO), 0), MICRO)
        shift = agents.shift(agent, chance)
        presentation.agent, presentation.expected, presentation.shift = agent, chance, shift
        agents.change(agent, offer, chance, responses=1, reward=now.reward)
        return now._replace(reward=now.reward - shift)
    elif before.shown:
        brought = before.reward + presentation.shift
        agents.change(presentation.agent, offer, presentation.expected, responses=-1, reward=-brought)
        presentation.agent, presentation.expected, presentation.shift = NOBODY, 0, 0
    return now


def expectation(
    scorers: Scorers, leaves: Leaves, samples: Samples, *, offer: str, root: int, bins: bytes
) -> Callable[[], float]:
    """What is expected of an offer for a customer: by its scorer if that has learnt, else by its profiles."""

    def worked_out() -> float:
        told = scorers.tell(offer, bins)
        if told is not None:
            return told
        names = samples.names
        row = np.frombuffer(bytearray(bins.ljust(len(names) + 1, _MISSING)), np.uint8)
        return leaves.expected(root, names, row)

    return worked_out
