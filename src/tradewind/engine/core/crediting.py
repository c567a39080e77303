"""What of a response is due to its agent: found when it first counts, kept beside it, taken back with it."""

from __future__ import annotations

from tradewind.engine.core.predictors.agents import NOBODY, Agents
from tradewind.engine.core.predictors.evidence import MICRO, Evidence
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.presentations import Presentation


def credit(
    agents: Agents,
    presentation: Presentation,
    *,
    agent: int,
    offer: str,
    before: Evidence,
    now: Evidence,
    expected: float | None,
) -> Evidence:
    """Have its agent share in what a presentation counts as now; what is left of that to be learnt.

    Args:
        agents: changed by what is new.
        presentation: keeps what was expected, and of whom, from when it first counts until it is taken back.
        agent: who put it before the customer.
        offer: what it presents.
        before: what it has counted as.
        now: what it counts as by its answers, less the shift that it has by now.
        expected: the chance of this offer for this customer by all that was learnt until now, 0 to 1; not asked for
            where it counts already, or where nobody put it before the customer.
    """
    if before.shown:
        _credit_again(agents, presentation, offer, before, now)
    elif now.shown and agent != NOBODY and expected is not None:
        chance = round(expected * MICRO)
        shift = agents.sold(agent, offer, chance, now.reward)
        presentation.agent, presentation.expected, presentation.shift = agent, chance, shift
        return Evidence(now.shown, now.accepted, now.reward - shift) if shift else now
    return now


def expectation(scorers: Scorers, leaves: Leaves, samples: Samples, *, offer: str, root: int, bins: bytes) -> float:
    """What is expected of an offer for a customer: by its scorer if that has learnt, else by its profiles."""
    if offer in scorers.names and (told := scorers.tell(offer, bins)) is not None:
        return told
    return leaves.expected_for(root, samples.names, bins)


def _credit_again(agents: Agents, presentation: Presentation, offer: str, before: Evidence, now: Evidence) -> None:
    if now.shown:
        agents.change(presentation.agent, offer, presentation.expected, responses=0, reward=now.reward - before.reward)
    else:
        brought = before.reward + presentation.shift
        agents.change(presentation.agent, offer, presentation.expected, responses=-1, reward=-brought)
        presentation.agent, presentation.expected, presentation.shift = NOBODY, 0, 0
