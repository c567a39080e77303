"""Decisions of a history put before a judge: whoever asks what another policy would have done on the same states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from tradewind.engine.core.arms import CONTROL, FULL
from tradewind.engine.core.decide import Decided, NothingPublished
from tradewind.engine.core.events import EventHandled, OffersDecided, ResponseRecorded
from tradewind.engine.core.following import Followed, followed
from tradewind.engine.core.state import State
from tradewind.engine.history.sealing import Sealed
from tradewind.engine.lab.answers import Answers
from tradewind.engine.lab.walking import CHUNK, Step, Walk, walking

ARMS: Final = frozenset({FULL.name, CONTROL.name})
"""Whose decisions had the candidates that any policy has; the other arms left some in or weighed them otherwise."""

type Tell = Callable[[int, int], None]
"""Hears about once in a thousand facts at which position the walk is, and at which it ends."""


@dataclass(slots=True)
class Left:
    """Decisions that say nothing, by the reason why."""

    erased: int = 0
    other_arms: int = 0
    no_placement: int = 0
    nothing_competed: int = 0
    not_possible: int = 0
    not_reproduced: int = 0
    unanswered: int = 0


class Met(NamedTuple):
    """A decision as it was recorded, and made again on its state; the state is consumed by the next step."""

    fact: EventHandled
    decided: OffersDecided
    content: Sealed
    again: Decided
    state: State

    @property
    def ranks(self) -> list[int] | None:
        """The candidate that each recorded rank shows; None where one of them is no candidate any more."""
        place_of = {offer: place for place, offer in enumerate(offers_of(self.again))}
        picks = [place_of.get(shown.offer) for shown in self.decided.shown]
        return None if None in picks else [pick for pick in picks if pick is not None]


class Judge(Protocol):
    """Looks at decisions, follows what became of them, and counts those that say nothing."""

    @property
    def answers(self) -> Answers:
        """The presentations that were followed."""

    @property
    def left(self) -> Left:
        """What says nothing."""

    def concerns(self, decided: OffersDecided) -> bool:
        """Whether a decision is asked about at all; asked before it is made again, which is most of the work."""

    def meet(self, met: Met) -> None:
        """Look at a decision."""


def go_through(data: Path, judge: Judge, *, since: int, tell: Tell, until: int | None = None) -> int:
    """Put every decision of a data folder from `since` to `until` before a judge; the history time at the end.

    Raises:
        walking.DAMAGES: one of them, where there is no history in the folder, or a damaged one.
    """
    now = 0
    with walking(data, until=until) as walk:
        for step in walk.steps(since):
            _put_before(judge, walk, step, since)
            now = max(now, step.stored.fact.at)
            if step.stored.position % CHUNK == 0:
                tell(step.stored.position, walk.head)
    return now


def follow(
    decided: Decided, picks: Sequence[int], *, policy: int | None = None, floor: float | None = None
) -> Followed:
    """Follow picks behind each other within what this decision was allowed to show."""
    placement, held = decided.compiled.placements[decided.placement], decided.sifted.held
    limit = min(decided.request.limit or placement.limit, placement.limit, held.left)
    return followed(
        decided.candidates, decided.compiled, placement, picks,
        limit=limit, policy=policy, floor=floor, group_left=held.group_left,
    )  # fmt: skip


def offers_of(decided: Decided) -> list[str]:
    """The offers that are candidates, in their order."""
    return [decided.compiled.offers[row].id for row in decided.candidates.rows.tolist()]


def _put_before(judge: Judge, walk: Walk, step: Step, since: int) -> None:
    for made in step.decisions:
        if made.position >= since and isinstance(made.fact, EventHandled):
            _meet(judge, walk, made.fact, step.state)
    if isinstance(step.stored.fact, ResponseRecorded):
        judge.answers.take(step.stored.fact, step.state)


def _meet(judge: Judge, walk: Walk, fact: EventHandled, state: State) -> None:
    decided = fact.decision
    if decided is None or not judge.concerns(decided):
        return
    if decided.arm not in ARMS:
        judge.left.other_arms += 1
        return
    try:
        made = walk.made_again(fact, state)
    except NothingPublished:
        judge.left.not_reproduced += 1
        return
    if made is None:
        judge.left.erased += 1
    else:
        judge.meet(Met(fact, decided, made.content, made.decided, state))
