"""Lives in made-up worlds: rows to recover after a drift, and the first shows of an offer that has just arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.learning.contestants import for_world
from tradewind.engine.lab.simulating import WINDOW, Life, live
from tradewind.engine.lab.worlds import OFFERS, World

SIZES: Final = {"drift": 6_000, "arrivals": 4_000}
STEP: Final = 100
"""Moments between two points of a curve."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a contestant got in worlds of a kind, one entry a seed.

    `best` is what the best offer each time would have got, `recovered` the moments after the turn until it was back,
    None if never; `shows` has for each new offer the moments until it was shown fifty times, those that a uniform share
    would take, and whether it was: where it never was, the moments are those that were left. `curve` has points
    (moment, share of the best so near).
    """

    world: str
    contestant: str
    size: int
    acceptances: tuple[float, ...]
    best: tuple[float, ...]
    recovered: tuple[int | None, ...]
    shows: tuple[tuple[int, float, bool], ...]
    curve: tuple[tuple[int, float], ...]
    settings: dict[str, str]
    tried: int


@dataclass(frozen=True, slots=True)
class Living:
    """A job: one contestant in one kind of world, all seeds, in one process."""

    world: str
    contestant: str
    rows: int
    seeds: int

    @property
    def weight(self) -> int:
        return self.seeds * self.size

    @property
    def size(self) -> int:
        return min(self.rows, SIZES[self.world])

    def run(self, tell: Callable[[int], None]) -> Lived:
        worlds = [World(self.world, self.size, seed) for seed in range(1, self.seeds + 1)]
        tuned = for_world(self.contestant, worlds[0])
        lives = [live(world, tuned.make, tell=tell) for world in worlds]
        return Lived(
            self.world, self.contestant, self.size,
            acceptances=tuple(float(life.accepted.mean()) for life in lives),
            best=tuple(float(life.best.mean()) for life in lives),
            recovered=tuple(life.recovered_after for life in lives) if self.world == "drift" else (),
            shows=tuple(shown for life in lives for shown in _shows(life)),
            curve=_curve(lives), settings=dict(tuned.settings), tried=tuned.tried,
        )  # fmt: skip


def _shows(life: Life) -> list[tuple[int, float, bool]]:
    new = [offer for offer in range(OFFERS) if life.world.arrives_at(offer) > 0]
    return [
        (*_never(life, offer), False) if (shown := life.first_shows(offer)) is None else (*shown, True) for offer in new
    ]


def _never(life: Life, offer: int) -> tuple[int, float]:
    since = life.world.arrives_at(offer)
    allowed = [len(life.world.moment(at).allowed) for at in range(since, life.world.size)]
    return life.world.size - since, 50.0 * float(np.mean(allowed))


def _curve(lives: list[Life]) -> tuple[tuple[int, float], ...]:
    """The share of the best possible over the `WINDOW` moments before each point, the mean over seeds."""
    chances = np.mean([life.chances for life in lives], axis=0)
    best = np.mean([life.best for life in lives], axis=0)
    ends = range(WINDOW, len(best) + 1, STEP)
    return tuple((end, float(chances[end - WINDOW : end].sum() / best[end - WINDOW : end].sum())) for end in ends)
