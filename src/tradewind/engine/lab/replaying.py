"""Every decision of a history made again, and compared with what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tradewind.engine.core.decide import NothingPublished
from tradewind.engine.core.events import EventHandled
from tradewind.engine.core.reproducing import by_another_version, differences
from tradewind.engine.core.state import State
from tradewind.engine.history import Stored
from tradewind.engine.lab.walking import BEHIND, CHUNK, Walk, walking

NAMED: Final = 20
"""Decisions that differ and are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A decision that does not come out as it was made, and what differs in words."""

    position: int
    decision: str
    differences: list[str]


@dataclass(slots=True)
class Tally:
    """What became of the decisions so far: `position` is how far history was read, `head` how far it goes.

    `of_another_version` are those that differ, and that another version of `decide` made.
    """

    head: int
    position: int = 0
    reproduced: int = 0
    differing: int = 0
    of_another_version: int = 0
    erased: int = 0
    named: list[Differing] = field(default_factory=list)

    @property
    def decisions(self) -> int:
        return self.reproduced + self.differing + self.of_another_version + self.erased

    def differs(self, stored: Stored, differing: list[str]) -> None:
        self.differing += 1
        if len(self.named) < NAMED and isinstance(stored.fact, EventHandled) and stored.fact.decision:
            self.named.append(Differing(stored.position, stored.fact.decision.decision, differing))

    def __str__(self) -> str:
        parts = f"{self.reproduced:,} reproduced, {self.differing:,} differing, {self.erased:,} erased"
        if self.of_another_version:
            parts += f", {self.of_another_version:,} made by another version of decide"
        return f"{self.decisions:,} decisions: {parts}"


def decisions_of(
    data: Path, *, limit: int | None = None, since: int = 0, tell: Callable[[Tally], None] = lambda tally: None
) -> Tally:
    """Make every decision of a data folder again.

    Args:
        data: the engine's data folder.
        limit: stop after so many decisions.
        since: leave out what was decided before this position; its facts are applied all the same, from the nearest
            good snapshot on.
        tell: hears about the progress, about once in a thousand facts.

    Raises:
        apsw.CantOpenError: there is no history in the folder.
        walking.DAMAGES: one of them, where the history is damaged.
    """
    with walking(data) as walk:
        tally = Tally(head=walk.head)
        for step in walk.steps(since):
            if _was_made_elsewhere(step.stored):
                tally.differs(step.stored, ["it was not made on the state just before it"])
            for made in step.decisions:
                if limit is not None and tally.decisions >= limit:
                    return tally
                if made.position >= since:
                    _compare(walk, made, step.state, tally)
            tally.position = step.stored.position
            if tally.position % CHUNK == 0:
                tell(tally)
        return tally


def _compare(walk: Walk, stored: Stored, state: State, tally: Tally) -> None:
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.decision is None:
        return
    try:
        again = walk.made_again(fact, state)
    except NothingPublished as error:
        found = [str(error)]
    else:
        if again is None:
            tally.erased += 1
            return
        found = differences(fact.decision, again.decided)
    if not found:
        tally.reproduced += 1
    elif by_another_version(fact.decision):
        tally.of_another_version += 1
    else:
        tally.differs(stored, found)


def _was_made_elsewhere(stored: Stored) -> bool:
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.decision is None:
        return False
    return not stored.position - BEHIND <= fact.decision.decided_on < stored.position
