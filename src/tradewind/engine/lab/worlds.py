"""Made-up worlds whose truth is known: every customer's chance to accept every offer, at every moment.

Five of them: `steady`; `drift`, where at half time each offer takes over the customers of another one; `arrivals`,
where offers appear one after the other; `agents`, where strong and weak agents sell different offers; `teams`, where
they do so most of the time, and who they are is told beside the customer and not as an attribute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.learner import Offers
from tradewind.engine.lab.problems import Attribute, Floats, Problem, Row

OFFERS: Final = 6
STANDING: Final = 3
"""Offers that are there from the beginning in `arrivals`."""

AGENTS: Final = 6
SKILLS: Final = tuple(3.0 * agent / (AGENTS - 1) - 1.5 for agent in range(AGENTS))
"""What each agent adds to the log-odds of every offer."""

TRAITS: Final = 5
SHARE_ANY: Final = 0.2
"""Moments in `teams` at which an agent may sell any offer: without them nobody could tell offers from agents."""

SHARE_MISSING: Final = 0.1
PLANS: Final = ("basic", "silver", "gold")
WORLDS: Final = ("steady", "drift", "arrivals", "agents", "teams")

_ATTRIBUTES = (
    Attribute("tenure", "number", 0.0, 60.0),
    Attribute("plan", "category", values=PLANS),
    Attribute("fibre", "boolean"),
    Attribute("balance", "number", -1.0, 1.0),
)
_AGENT = Attribute("agent", "category", values=tuple(f"agent-{number}" for number in range(AGENTS)))


class Moment(NamedTuple):
    """A customer, the offers there are, the chance of each offer of the problem, and a number in [0, 1) that decides.

    An offer is accepted where that number is below its chance: so every learner meets the same customers. `agent` is
    who talks with them where that is told beside the row, and `usual` is the mean chance over all agents.
    """

    row: Row
    allowed: Offers
    chances: Floats
    fate: float
    usual: Floats
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """`size` moments; the seed says what offers are liked for, and who comes: the same in every world of that seed."""

    name: str
    size: int
    seed: int

    @property
    def problem(self) -> Problem:
        attributes = (*_ATTRIBUTES, _AGENT) if self.name == "agents" else _ATTRIBUTES
        return Problem(attributes, tuple(f"offer-{number}" for number in range(OFFERS)))

    @property
    def has_agents(self) -> bool:
        """Whether offers are sold by agents."""
        return self.name in ("agents", "teams")

    @property
    def tells_agents(self) -> bool:
        """Whether the agent is told beside the row."""
        return self.name == "teams"

    @property
    def turns_at(self) -> int:
        """The moment from which on everything is different in `drift`."""
        return self.size // 2

    def arrives_at(self, offer: int) -> int:
        """The first moment at which an offer is there."""
        if self.name != "arrivals" or offer < STANDING:
            return 0
        return self.size * (offer - STANDING + 1) // (OFFERS - STANDING + 1)

    def moment(self, number: int) -> Moment:
        """What happens at a moment, from 0 on; the same whoever asks and how often."""
        draws = Draws(f"lab/moment/{self.seed}/{number}".encode())
        tenure, balance, plan, fibre = draws.at(0), draws.at(1), int(draws.at(2) * len(PLANS)), draws.at(3) < 0.5
        traits = (1.0, 2.0 * tenure - 1.0, 2.0 * balance - 1.0, plan - 1.0, 1.0 if fibre else -1.0)
        known: list[float | str | bool] = [60.0 * tenure, PLANS[plan], fibre, 2.0 * balance - 1.0]
        row: list[float | str | bool | None] = [
            None if draws.at(10 + place) < SHARE_MISSING else value for place, value in enumerate(known)
        ]
        allowed = [offer for offer in range(OFFERS) if self.arrives_at(offer) <= number]
        agent = int(draws.at(4) * AGENTS) if self.has_agents else None
        if agent is not None and not (self.tells_agents and draws.at(6) < SHARE_ANY):
            allowed = [offer for offer in allowed if (offer < OFFERS // 2) == (agent < AGENTS // 2)]
        if agent is not None and not self.tells_agents:
            row.append(_AGENT.values[agent])
        by_skill = {each: self._chances(number, traits, each) for each in (SKILLS if self.has_agents else (0.0,))}
        chances = by_skill[0.0 if agent is None else SKILLS[agent]]
        usual = np.mean(list(by_skill.values()), axis=0)
        told = _AGENT.values[agent] if agent is not None and self.tells_agents else None
        return Moment(tuple(row), np.array(allowed, np.int64), chances, draws.at(5), usual, told)

    def _chances(self, number: int, traits: tuple[float, ...], skill: float) -> Floats:
        """Of every offer, for a customer with these traits, sold with this skill."""
        turned, likings = int(self.name == "drift" and number >= self.turns_at), _likings(self.seed)
        return np.array([_chance(likings[(offer + turned) % OFFERS], traits, skill) for offer in range(OFFERS)])


@cache
def _likings(seed: int) -> tuple[tuple[float, ...], ...]:
    """For each offer how much each trait of a customer adds to its log-odds, -1.5 to 1.5."""
    keyed = (Draws(f"lab/liking/{seed}/{offer}".encode()) for offer in range(OFFERS))
    return tuple(tuple(3.0 * draws.at(place) - 1.5 for place in range(TRAITS)) for draws in keyed)


def _chance(liking: tuple[float, ...], traits: tuple[float, ...], skill: float) -> float:
    log_odds = skill - 1.5 + sum(trait * liked for trait, liked in zip(traits, liking, strict=True))
    return 1.0 / (1.0 + math.exp(-log_odds))
