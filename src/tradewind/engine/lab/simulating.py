"""A learner in a world whose truth is known, and what an estimate from its log says beside that truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.lab.estimating import Estimates, Log, NotEnough, estimate
from tradewind.engine.lab.learner import Learner
from tradewind.engine.lab.problems import Floats, Problem
from tradewind.engine.lab.worlds import World

FIRST_SHOWS: Final = 50
WINDOW: Final = 200
"""Moments over which acceptance is taken against the best possible, to see when a learner has recovered."""

PANEL: Final = 200
"""Customers who come afterwards, about whom a learner is asked in the end."""

RECOVERED: Final = 0.95
"""Of what it reached before everything turned."""


@dataclass(frozen=True, slots=True)
class Life:
    """One pass through a world: a number for each moment.

    `chances` are those of what was chosen, `best` and `even` those of the best allowed offer and the mean of the
    allowed ones. `log` evaluates the uniform policy over what is allowed, whose true value is the mean of `even`.
    `said` and `usual` are means over customers who come afterwards: of what the learner expects of each offer in the
    end, and of its chance with an average agent.
    """

    world: World
    chosen: Floats
    accepted: Floats
    chances: Floats
    best: Floats
    even: Floats
    log: Log
    said: Floats
    usual: Floats

    @property
    def off_by(self) -> float:
        """How far the learner is from the acceptance of an offer among all customers, the mean over offers."""
        return float(np.abs(self.said - self.usual).mean())

    @property
    def recovered_after(self) -> int | None:
        """In `drift`: moments after the turn until it is again as near to the best as it was before; None if never."""
        turn = self.world.turns_at
        before = self._nearness(turn - WINDOW)
        later = range(turn, self.world.size - WINDOW + 1)
        return next((at - turn + WINDOW for at in later if self._nearness(at) >= RECOVERED * before), None)

    def first_shows(self, offer: int) -> tuple[int, float] | None:
        """In how many moments a new offer was shown fifty times, and how many a uniform share takes; None if never."""
        since = self.world.arrives_at(offer)
        shown = np.flatnonzero(self.chosen[since:] == offer)
        if len(shown) < FIRST_SHOWS:
            return None
        moments = int(shown[FIRST_SHOWS - 1]) + 1
        allowed = [len(self.world.moment(at).allowed) for at in range(since, since + moments)]
        return moments, FIRST_SHOWS * float(np.mean(allowed))

    def estimated(self) -> Estimates | None:
        """What its log says of the uniform policy; None where there is not enough evidence."""
        try:
            return estimate(self.log)
        except NotEnough:
            return None

    def _nearness(self, at: int) -> float:
        return float(self.chances[at : at + WINDOW].sum() / self.best[at : at + WINDOW].sum())


def live(
    world: World,
    make: Callable[[Problem], Learner],
    *,
    names_agents: bool = True,
    tell: Callable[[int], None] = lambda moments: None,
) -> Life:
    """Let a fresh learner live through a world.

    Args:
        world: where it lives.
        make: gives a learner that knows the problem and nothing else.
        names_agents: whether the learner hears who sold what, where that is told.
        tell: hears of every hundred moments, or fewer at the end.
    """
    warm_up()
    learner = make(world.problem)
    columns = np.zeros((9, world.size))
    for number in range(world.size):
        moment = world.moment(number)
        known = learner.propensity(moment.row)
        choice = learner.choose(moment.row, moment.allowed, Draws(f"lab/{world.seed}/{number}".encode()))
        chance = float(moment.chances[choice.offer])
        accepted = moment.fate < chance
        agent = moment.agent if names_agents else None
        learner.learn(choice._replace(agent=agent), MICRO if accepted else 0)
        chances = moment.chances[moment.allowed]
        columns[:, number] = (
            choice.offer, accepted, chance, chances.max(), chances.mean(), choice.probability,
            1.0 / len(moment.allowed), known[choice.offer], known[moment.allowed].mean(),
        )  # fmt: skip
        if number % 100 == 99:
            tell(100)
    tell(world.size % 100)
    chosen, rewards, chances_chosen, best, even = columns[:5]
    later = [world.moment(world.size + number) for number in range(PANEL)]
    said = np.mean([learner.propensity(moment.row) for moment in later], axis=0)
    usual = np.mean([moment.usual for moment in later], axis=0)
    return Life(world, chosen, rewards, chances_chosen, best, even, Log(rewards, *columns[5:]), said, usual)
