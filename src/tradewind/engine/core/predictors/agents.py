"""What each agent adds to the offers that they sell: how much more was accepted than had been expected.

A strong agent must not make an offer look good. What was expected of an offer for a customer, E, is that of an average
agent, and is taken before the response is learnt; what came is O. An agent's residual with an offer is Σ (O - E), and
their information V = Σ E(1 - E). O - E over its variance is one step of the log-odds towards what is most likely
(Yusuf, Peto et al. 1985). E may be wrong for an offer as long as strong agents have sold most of it, so each agent is
compared with all who sold the same offer, sums over agents being those of the offer (indirect standardisation in
strata: Breslow and Day 1987, ch. 2 and 4):

    effect = Σ (residual - V · (residual of the offer - Σ V · effect of the others) / V of the offer)
             / (Σ V · (1 - V / V of the offer) + 1 / τ²),  sums over the agent's offers

That is the best effect given those of the others, so that agent after agent comes to what is best for all (Gauss and
Seidel; Searle, Casella and McCulloch 1992, ch. 7). 1 / τ² draws it towards the average agent, the more the more agents
are alike (empirical Bayes: Morris 1983); τ² is the mean square of the others' effects, over how well they are known
(MacKay 1992). Of a response of which E was expected, effect · E(1 - E) is due to its agent: its `shift`. In points of
acceptance the effect is effect · V / responses: centred residual over responses and a shrinkage.

All is kept in whole millionths. Sums do not depend on the order of responses and give each of them back; effects are
worked out anew from them in the order of history. There are six numbers for each of `MOST` agents, those who come
later sharing one entry, and two for each pair of agent and offer, `MOST_PAIRS` at most: 25 MB together. What comes with
a pair beyond them counts for the agent and not for the effect.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts
from tradewind.engine.core.predictors.evidence import MICRO

MOST: Final = 10_000
"""Agents with an entry of their own. What is learnt follows from it, so it is part of the fold's version."""

MOST_PAIRS: Final = 100_000
"""Pairs of an agent and an offer that they have sold."""

NOBODY: Final = 0
"""Where no agent was named: nothing is due to them."""

OTHERS: Final = 1
"""Whoever came when `MOST` others were there."""

USUAL: Final = 0.5
"""The deviation of effects before any is known, and after."""

USUAL_AGENTS: Final = 2.0
"""As how many agents that counts."""

STEPS: Final = 32
"""An effect is worked out at every response, and after so many at every second one, and so on."""

_OF_95: Final = 1.959964


class AgentSums(NamedTuple):
    """What is kept of an agent; all but `responses` in millionths.

    `effect` is in log-odds, and `known` says how much of it is evidence, 0 to 1.
    """

    responses: int = 0
    reward: int = 0
    expected: int = 0
    information: int = 0
    effect: int = 0
    known: int = 0


class OfferSums(NamedTuple):
    """Residual and information of all agents with an offer, and what of the residual their effects account for."""

    residual: int = 0
    information: int = 0
    accounted: int = 0


class Pair(NamedTuple):
    """Residual and information of an agent with an offer."""

    residual: int = 0
    information: int = 0


class Effect(NamedTuple):
    """How many acceptances of one response are due to an agent, -1 to 1, and the interval that has it at 95 %."""

    mean: float
    lower: float
    upper: float


class Agents:
    """Sums of every agent, `numbers` by id, and of every offer, `offers` by id; then of the pairs of an agent."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.offers: dict[str, int] = {}
        self._agents = [AgentSums(), AgentSums()]
        self._offers: list[OfferSums] = []
        self._pairs: list[dict[int, Pair]] = [{}, {}]
        self._taken = 0
        self._squares = self._known = 0

    def number(self, agent: str | None) -> int:
        """The number of an agent, who may be new."""
        if agent is None:
            return NOBODY
        found = self.numbers.get(agent)
        if found is not None:
            return found
        if len(self.numbers) >= MOST:
            return OTHERS
        self._agents.append(AgentSums())
        self._pairs.append({})
        return self.numbers.setdefault(agent, len(self.numbers) + 2)

    def sums(self, number: int) -> AgentSums:
        """What is kept of the agent with a number."""
        return self._agents[number]

    def offer_sums(self, offer: str) -> OfferSums:
        """What is kept of an offer."""
        of = self.offers.get(offer)
        return OfferSums() if of is None else self._offers[of]

    def pair(self, agent: str, offer: str) -> Pair:
        """What is kept of an agent with an offer."""
        of = self.offers.get(offer, -1)
        return self._pairs[self.numbers.get(agent, NOBODY)].get(of, Pair())

    def change(self, number: int, offer: str, expected: int, *, responses: int, reward: int) -> None:
        """Add what a response has brought, or replace it, or take it out again.

        Args:
            number: of its agent.
            offer: what was sold.
            expected: of it before it was first learnt, in millionths.
            responses: 1 where it is new, 0 where it was counted, -1 where it is taken out.
            reward: how much more there is of it, in millionths.
        """
        if number == NOBODY:
            return
        known, more = self._agents[number], responses * information(expected)
        self._agents[number] = known._replace(
            responses=known.responses + responses,
            reward=known.reward + reward,
            expected=known.expected + responses * expected,
            information=known.information + more,
        )
        self._pair(number, offer, reward - responses * expected, more)

    def shift(self, number: int, expected: int) -> int:
        """How much of a new response is due to its agent, in millionths; with it, what is expected stays a chance.

        The effect is worked out anew where that is due.

        >>> agents = Agents()
        >>> strong, weak = agents.number("strong"), agents.number("weak")
        >>> for at in range(10):
        ...     agents.change(strong, "gold", 400_000, responses=1, reward=MICRO * (at < 7))
        ...     agents.change(weak, "gold", 400_000, responses=1, reward=MICRO * (at < 1))
        >>> agents.shift(strong, 400_000), agents.shift(weak, 400_000), agents.shift(strong, 10_000)
        (138461, -142799, 5796)
        """
        if number == NOBODY:
            return 0
        responses = self._agents[number].responses
        if responses % (1 + responses // STEPS) == 0:
            self._work_out(number)
        shift = self._agents[number].effect * information(expected) // MICRO
        return min(max(shift, -expected), MICRO - expected)

    def effect(self, number: int) -> Effect:
        """What is due to an agent in a response like those they had."""
        sums = self._agents[number]
        if not sums.responses:
            return Effect(0.0, 0.0, 0.0)
        each = sums.information / (MICRO * sums.responses)
        residual, compared = self._compared(number)
        weight = compared / MICRO + 1.0 / self.spread(number)
        mean, width = each * residual / MICRO / weight, _OF_95 * each / math.sqrt(weight)
        return Effect(mean, mean - width, mean + width)

    def spread(self, number: int) -> float:
        """τ², the variance of the effects of agents in log-odds, as those of the others show it."""
        sums = self._agents[number]
        squares = (self._squares - sums.effect * sums.effect) / (MICRO * MICRO)
        return (USUAL_AGENTS * USUAL**2 + squares) / (USUAL_AGENTS + (self._known - sums.known) / MICRO)

    def listed(self) -> Iterator[object]:
        """What the state's digest covers: in the order in which they came, those who share an entry first."""
        yield [list(self.numbers), list(self.offers)]
        for sums, pairs in zip(self._agents[OTHERS:], self._pairs[OTHERS:], strict=True):
            yield [sums, sorted(pairs.items())]
        yield self._offers

    def learnt(self) -> Iterator[object]:
        """What the model's digest covers: whoever has sold something, and what is due to them."""
        names = [None, None, *self.numbers]
        return iter([name, sums] for name, sums in zip(names, self._agents, strict=True) if sums.responses)

    def packed(self) -> Packed:
        """For a snapshot."""
        pairs = [
            (number, offer, *pair) for number, pairs in enumerate(self._pairs) for offer, pair in sorted(pairs.items())
        ]
        return [
            packed_texts(self.numbers),
            packed_texts(self.offers),
            packed_ints([each for sums in self._agents for each in sums]),
            packed_ints([each for sums in self._offers for each in sums]),
            packed_ints([each for pair in pairs for each in pair]),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        names, offers, sums, of_offers, pairs = packed
        agents = cls()
        agents.numbers = {name: number for number, name in enumerate(unpacked_texts(names), start=2)}
        agents.offers = {name: number for number, name in enumerate(unpacked_texts(offers))}
        agents._agents = [AgentSums(*row) for row in unpacked_ints(sums, width=6).tolist()]
        agents._offers = [OfferSums(*row) for row in unpacked_ints(of_offers, width=3).tolist()]
        agents._pairs = [{} for _ in agents._agents]
        for number, offer, *pair in unpacked_ints(pairs, width=4).tolist():
            agents._pairs[number][offer] = Pair(*pair)
            agents._taken += 1
        agents._squares = sum(each.effect * each.effect for each in agents._agents)
        agents._known = sum(each.known for each in agents._agents)
        return agents

    def _pair(self, number: int, offer: str, residual: int, more: int) -> None:
        """Add to a pair of agent and offer, and to the offer."""
        of = self.offers.setdefault(offer, len(self.offers))
        if of == len(self._offers):
            self._offers.append(OfferSums())
        pair = self._pairs[number].get(of)
        if pair is None:
            if self._taken >= MOST_PAIRS:
                return
            self._taken += 1
            pair = Pair()
        now = Pair(pair.residual + residual, pair.information + more)
        self._pairs[number][of] = now
        effect, sums = self._agents[number].effect, self._offers[of]
        self._offers[of] = OfferSums(
            sums.residual + residual,
            sums.information + more,
            sums.accounted + _accounted(now, effect) - _accounted(pair, effect),
        )

    def _work_out(self, number: int) -> None:
        """The best effect of an agent, given those of all others."""
        sums = self._agents[number]
        residual, compared = self._compared(number)
        drawn_in = MICRO / self.spread(number)
        effect, known = round(MICRO * residual / (compared + drawn_in)), round(MICRO * compared / (compared + drawn_in))
        for of, pair in self._pairs[number].items():
            offer = self._offers[of]
            accounted = offer.accounted + _accounted(pair, effect) - _accounted(pair, sums.effect)
            self._offers[of] = offer._replace(accounted=accounted)
        self._squares += effect * effect - sums.effect * sums.effect
        self._known += known - sums.known
        self._agents[number] = sums._replace(effect=effect, known=known)

    def _compared(self, number: int) -> tuple[float, float]:
        """Residual and information of an agent beside all others who sold the same, in millionths."""
        effect, residual, compared = self._agents[number].effect, 0.0, 0.0
        for of, pair in self._pairs[number].items():
            offer = self._offers[of]
            if pair.information:
                share = pair.information / offer.information
                left = offer.residual - offer.accounted + _accounted(pair, effect)
                residual += pair.residual - share * left
                compared += pair.information * (1.0 - share)
        return residual, compared


def information(expected: int) -> int:
    """E(1 - E), in millionths as E is.

    >>> information(400_000)
    240000
    """
    return expected * (MICRO - expected) // MICRO


def _accounted(pair: Pair, effect: int) -> int:
    """What of a pair's residual an effect accounts for."""
    return pair.information * effect // MICRO
