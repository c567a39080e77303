"""Who takes part: every learner that the lab lists, every peer, and an oracle that sees what nobody sees.

A peer is tuned before it is tried: on the first rows of an order, or in a world, of a seed that is not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from benchmarks.learning.peers import PEERS, Entry
from benchmarks.learning.peers.peer import Settings
from benchmarks.learning.sets import first_rows
from tradewind.engine.lab.bandit import shuffled, try_out
from tradewind.engine.lab.learner import Learner
from tradewind.engine.lab.learners import LEARNERS, SHIPPED
from tradewind.engine.lab.problems import Problem
from tradewind.engine.lab.simulating import live
from tradewind.engine.lab.tables import Table
from tradewind.engine.lab.worlds import World

ORACLE: Final = "oracle"
UNIFORM: Final = "uniform"
BEST_FIXED: Final = "fixed"
TUNING_SEED: Final = 101
"""Of the order, or of the world, on which peers are tuned; those that are reported have 1 and the next ones."""

TUNING_ROWS: Final = 2_000
RIVALS: Final = ("vowpal", "linucb")
"""The peers that the shipped learner is held against."""

type Make = Callable[[Problem], Learner]


@dataclass(frozen=True, slots=True)
class Tuned:
    """A peer with the settings that did best, and how many were tried."""

    make: Make
    settings: Settings = field(default_factory=dict)
    tried: int = 0


def names() -> list[str]:
    """Everybody, ours first."""
    return [*ours(), *PEERS, *(name for name in LEARNERS if name in (UNIFORM, BEST_FIXED)), ORACLE]


def ours() -> list[str]:
    """The learners of the lab that are no yardsticks, the shipped one first."""
    listed = [name for name, entry in LEARNERS.items() if not entry.cheats and name != UNIFORM]
    return sorted(listed, key=lambda name: name != SHIPPED)


def called(name: str) -> str:
    """What the page calls a contestant."""
    if name in PEERS:
        return PEERS[name].says
    said = {UNIFORM: "uniform", BEST_FIXED: "best fixed offer", ORACLE: "full information", SHIPPED: f"{name}: shipped"}
    return said.get(name, name)


def for_table(name: str, table: Table, *, tune: bool = True) -> Tuned:
    """A contestant, tuned for a table where it can be."""
    if name == ORACLE:
        from benchmarks.learning.peers.oracle import Oracle  # noqa: PLC0415 - it needs a package

        return Tuned(lambda problem: Oracle(table))
    if name in LEARNERS:
        return Tuned(LEARNERS[name].make)
    if not tune:
        return Tuned(partial(PEERS[name].make, settings=PEERS[name].start), PEERS[name].start)
    sample = first_rows(table, shuffled(len(table.rows), seed=TUNING_SEED)[:TUNING_ROWS])
    return _tuned(PEERS[name], table.problem, lambda make: try_out(sample, make, seeds=1, first=TUNING_SEED).acceptance)


def for_world(name: str, world: World) -> Tuned:
    """A contestant, tuned in another world of the same kind where it can be; the oracle is the world itself."""
    if name in LEARNERS:
        return Tuned(LEARNERS[name].make)
    practice = World(world.name, min(world.size, TUNING_ROWS), TUNING_SEED)
    return _tuned(PEERS[name], world.problem, lambda make: float(live(practice, make).accepted.mean()))


def _tuned(peer: Entry, problem: Problem, score: Callable[[Make], float]) -> Tuned:
    """Try each step's settings with the best of the steps before."""
    best, scores = dict(peer.start), dict[tuple[tuple[str, str], ...], float]()

    def tried(settings: Settings) -> float:
        key = tuple(sorted(settings.items()))
        if key not in scores:
            scores[key] = score(partial(peer.make, settings=settings))
        return scores[key]

    for step in peer.steps(problem):
        best = max(_merged(best, step), key=tried)
    return Tuned(partial(peer.make, settings=best), best, len(scores))


def _merged(best: Mapping[str, str], step: Sequence[Settings]) -> list[dict[str, str]]:
    return [{**best, **change} for change in step]
