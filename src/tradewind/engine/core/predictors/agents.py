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

STEPS, VISITS = 32, 8
"""An effect is worked out at every response, and with so many responses or offers more one response less often."""

_RESPONSES, _REWARD, _EXPECTED, _INFORMATION, _EFFECT, _KNOWN = range(6)
_ACCOUNTED = 2

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
        self._agents = [[0] * 6, [0] * 6]
        self._offers: list[list[int]] = []
        self._pairs: list[dict[int, tuple[int, int]]] = [{}, {}]
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
        self._agents.append([0] * 6)
        self._pairs.append({})
        return self.numbers.setdefault(agent, len(self.numbers) + 2)

    def sums(self, number: int) -> AgentSums:
        """What is kept of the agent with a number."""
        return AgentSums(*self._agents[number])

    def offer_sums(self, offer: str) -> OfferSums:
        """What is kept of an offer."""
        of = self.offers.get(offer)
        return OfferSums() if of is None else OfferSums(*self._offers[of])

    def pair(self, agent: str, offer: str) -> Pair:
        """What is kept of an agent with an offer."""
        of = self.offers.get(offer, -1)
        return Pair(*self._pairs[self.numbers.get(agent, NOBODY)].get(of, (0, 0)))

    def change(self, number: int, offer: str, expected: int, *, responses: int, reward: int) -> None:
        """Add what a response has brought, or replace it, or take it out again.

        Args:
            number: of its agent.
            offer: what was sold.
            expected: of it before it was first learnt, in millionths.
            responses: 1 where it is new, 0 where it was counted, -1 where it is taken out.
            reward: how much more there is of it, in millionths.
        """
        if number != NOBODY:
            more, expected = responses * information(expected), responses * expected
            self._add(number, offer, responses=responses, reward=reward, expected=expected, more=more)

    def sold(self, number: int, offer: str, expected: int, reward: int) -> int:
        """Add a new response of somebody, as `change` does; how much of it is due to them, as `shift` says."""
        more = information(expected)
        shift = self._shift(number, expected, more)
        self._add(number, offer, responses=1, reward=reward, expected=expected, more=more)
        return shift

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
        return 0 if number == NOBODY else self._shift(number, expected, information(expected))

    def effect(self, number: int) -> Effect:
        """What is due to an agent in a response like those they had."""
        sums = self.sums(number)
        if not sums.responses:
            return Effect(0.0, 0.0, 0.0)
        each = sums.information / (MICRO * sums.responses)
        residual, compared = self._compared(number)
        weight = compared / MICRO + 1.0 / self.spread(number)
        mean, width = each * residual / MICRO / weight, _OF_95 * each / math.sqrt(weight)
        return Effect(mean, mean - width, mean + width)

    def spread(self, number: int) -> float:
        """τ², the variance of the effects of agents in log-odds, as those of the others show it."""
        effect, known = self._agents[number][_EFFECT:]
        squares = (self._squares - effect * effect) / (MICRO * MICRO)
        return (USUAL_AGENTS * USUAL**2 + squares) / (USUAL_AGENTS + (self._known - known) / MICRO)

    def listed(self) -> Iterator[object]:
        """What the state's digest covers: in the order in which they came, those who share an entry first."""
        yield [list(self.numbers), list(self.offers)]
        for sums, pairs in zip(self._agents[OTHERS:], self._pairs[OTHERS:], strict=True):
            yield [sums, sorted(pairs.items())]
        yield self._offers

    def learnt(self) -> Iterator[object]:
        """What the model's digest covers: whoever has sold something, and what is due to them."""
        names = [None, None, *self.numbers]
        return iter([name, sums] for name, sums in zip(names, self._agents, strict=True) if sums[_RESPONSES])

    def packed(self) -> Packed:
        """For a snapshot. Pairs stay in their order: sums over them differ in the last bits in another one."""
        pairs = [(number, offer, *pair) for number, pairs in enumerate(self._pairs) for offer, pair in pairs.items()]
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
        agents._agents = unpacked_ints(sums, width=6).tolist()
        agents._offers = unpacked_ints(of_offers, width=3).tolist()
        agents._pairs = [{} for _ in agents._agents]
        for number, offer, residual, more in unpacked_ints(pairs, width=4).tolist():
            agents._pairs[number][offer] = (residual, more)
            agents._taken += 1
        agents._squares = sum(each[_EFFECT] * each[_EFFECT] for each in agents._agents)
        agents._known = sum(each[_KNOWN] for each in agents._agents)
        return agents

    def _shift(self, number: int, expected: int, more: int) -> int:
        sums = self._agents[number]
        responses = sums[_RESPONSES]
        if responses % (1 + max(responses // STEPS, len(self._pairs[number]) // VISITS)) == 0:
            self._work_out(number)
        shift = sums[_EFFECT] * more // MICRO
        return min(max(shift, -expected), MICRO - expected) if shift else 0

    def _add(self, number: int, offer: str, *, responses: int, reward: int, expected: int, more: int) -> None:
        """Add to an agent, and to the pair of agent and offer, and to the offer."""
        sums, pairs = self._agents[number], self._pairs[number]
        sums[_RESPONSES] += responses
        sums[_REWARD] += reward
        sums[_EXPECTED] += expected
        sums[_INFORMATION] += more
        of = self.offers.get(offer)
        if of is None:
            of = self.offers[offer] = len(self._offers)
            self._offers.append([0, 0, 0])
        known = pairs.get(of)
        if known is None:
            if self._taken >= MOST_PAIRS:
                return
            self._taken += 1
            known = (0, 0)
        residual, before = reward - expected, known[1]
        pairs[of] = (known[0] + residual, before + more)
        of_all, effect = self._offers[of], sums[_EFFECT]
        of_all[0] += residual
        of_all[1] += more
        if effect:
            of_all[_ACCOUNTED] += (before + more) * effect // MICRO - before * effect // MICRO

    def _work_out(self, number: int) -> None:
        """The best effect of an agent, given those of all others."""
        residual, compared = self._compared(number)
        whole = compared + MICRO / self.spread(number)
        effect, known = round(MICRO * residual / whole), round(MICRO * compared / whole)
        sums, offers = self._agents[number], self._offers
        before, sums[_EFFECT] = sums[_EFFECT], effect
        for of, (_, more) in self._pairs[number].items():
            offers[of][_ACCOUNTED] += more * effect // MICRO - more * before // MICRO
        self._squares += effect * effect - before * before
        self._known += known - sums[_KNOWN]
        sums[_KNOWN] = known

    def _compared(self, number: int) -> tuple[float, float]:
        """Residual and information of an agent beside all others who sold the same, in millionths."""
        effect, offers, residual, compared = self._agents[number][_EFFECT], self._offers, 0.0, 0.0
        for of, (own, more) in self._pairs[number].items():
            if more:
                of_all, all_information, accounted = offers[of]
                share = more / all_information
                residual += own - share * (of_all - accounted + more * effect // MICRO)
                compared += more * (1.0 - share)
        return residual, compared


def information(expected: int) -> int:
    """E(1 - E), in millionths as E is.

    >>> information(400_000)
    240000
    """
    return expected * (MICRO - expected) // MICRO
