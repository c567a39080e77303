"""The engine's own history as a log: what was shown with which probability, what it brought, what others would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from tradewind.engine.core.arms import CONTROL, FULL
from tradewind.engine.core.decide import Decided, NothingPublished
from tradewind.engine.core.events import EventHandled, OffersDecided, ResponseRecorded
from tradewind.engine.core.following import Followed, followed
from tradewind.engine.core.kernels.chances import GREEDY
from tradewind.engine.core.offers import POLICIES
from tradewind.engine.core.state import State
from tradewind.engine.lab.answers import Answers
from tradewind.engine.lab.estimating import Log
from tradewind.engine.lab.problems import Floats
from tradewind.engine.lab.replaying import CHUNK, Walk, walking

UNIFORM, ALWAYS, AS_PUBLISHED = "uniform", "always:", "published"
ARMS: Final = frozenset({FULL.name, CONTROL.name})
"""Whose decisions had the candidates that any policy has; the other arms left some in or weighed them otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which policy, and for which decisions.

    Attributes:
        policy: `uniform` over what competes, `always:OFFER`, a policy of exploration, or `published`: as in force.
        rank: the rank among those that compete, from 1 on.
        placement: only decisions of this one; None for all.
        since: only what was decided from this position on.
    """

    policy: str
    rank: int = 1
    placement: str | None = None
    since: int = 0


@dataclass(slots=True)
class Left:
    """Decisions that say nothing, by the reason why."""

    erased: int = 0
    other_arms: int = 0
    nothing_competed: int = 0
    not_possible: int = 0
    not_reproduced: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class HistoryLog:
    """The log, and what was left out of it; `unsupported` is the policy's mean chance to do what had none."""

    log: Log
    left: Left
    unsupported: float


class UnknownPolicy(ValueError):  # noqa: N818 - a refusal, named for what happened
    """There is no such policy."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Of one presentation the probabilities up to its rank, and the predictions."""

    logged: float
    evaluated: float
    predicted: float
    expected: float


@dataclass(slots=True)
class _Gathering:
    """What was found on the way through history."""

    asked: Asked
    answers: Answers = field(default_factory=Answers)
    left: Left = field(default_factory=Left)
    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)
    lacking: float = 0.0

    def take(self, fact: EventHandled, decided: OffersDecided, again: Decided) -> None:
        """Add the presentation at the rank that is asked about."""
        ranks = ranks_of(decided, again)
        if ranks is None:
            self.left.not_reproduced += 1
            return
        policy, others = _vectors(self.asked.policy, again, ranks), _as_published(again, ranks, decided.arm)
        place = policy.above + self.asked.rank - 1 if policy is not None else 0
        if policy is None or policy.above != others.above:
            self.left.not_possible += 1
            return
        if policy.fallback or place >= min(len(ranks), len(others.vectors)):
            self.left.nothing_competed += 1
            return
        logged = evaluated = ahead = 1.0
        for rank in range(policy.above, place + 1):
            ahead = evaluated / logged
            logged *= decided.shown[rank].selection_probability
            evaluated *= float(policy.vectors[rank, ranks[rank]]) if rank < len(policy.vectors) else 0.0
        vector = policy.vectors[place] if place < len(policy.vectors) else np.zeros(again.candidates.size)
        self.lacking += float(vector[others.vectors[place] <= 0.0].sum())
        shown = decided.shown[place]
        self.answers.expect(fact, decided, shown.offer, again.compiled)
        self.entries[decided.decision, shown.offer] = _Entry(
            logged,
            evaluated,
            again.candidates.propensity[ranks[place]].item(),
            ahead * float(vector @ again.candidates.propensity),
        )

    def log(self, now: int) -> HistoryLog:
        """What has an answer, or will have none any more at history time `now`."""
        rows = []
        for key, entry in self.entries.items():
            reward = self.answers.reward(key, now)
            if reward is None:
                self.left.unanswered += 1
            else:
                rows.append((reward, entry.logged, entry.evaluated, entry.predicted, entry.expected))
        columns = np.array(rows, np.float64).reshape(-1, 5).T
        lacking = self.lacking / max(len(self.entries), 1)
        return HistoryLog(Log(*(np.ascontiguousarray(column) for column in columns)), self.left, lacking)


def history_log(data: Path, asked: Asked, *, tell: Callable[[int, int], None] = lambda at, of: None) -> HistoryLog:
    """What a data folder's decisions say of a policy: one entry for each presentation at one rank.

    Each decision is made again on its state; the policy is asked about the same candidates, behind the same offers
    above. Offers of the display `always` and fallbacks did not compete and are left out; only the tier that competed
    counts. An answer counts as in the fold: corrections replace, what stayed unanswered to the end of its window was
    ignored, skips say nothing.

    Args:
        data: the engine's data folder; a running engine does not mind.
        asked: which policy and which decisions.
        tell: hears how far it is, about once in a thousand facts.

    Raises:
        UnknownPolicy: there is no such policy.
        apsw.CantOpenError: there is no history in the folder.
        OutOfOrder, UnknownDecision, UnknownFact, BrokenPublication: the history is damaged.
    """
    if asked.policy not in {UNIFORM, AS_PUBLISHED, *POLICIES} and not asked.policy.startswith(ALWAYS):
        known = ", ".join([AS_PUBLISHED, UNIFORM, *POLICIES])
        raise UnknownPolicy(f"no policy is called {asked.policy}; there are {known} and always:OFFER")
    gathering, now = _Gathering(asked), 0
    with walking(data) as walk:
        for step in walk.steps(asked.since):
            for made in step.decisions:
                if made.position >= asked.since and isinstance(made.fact, EventHandled):
                    _meet(walk, made.fact, step.state, gathering)
            if isinstance(step.stored.fact, ResponseRecorded):
                gathering.answers.take(step.stored.fact, step.state)
            now = max(now, step.stored.fact.at)
            if step.stored.position % CHUNK == 0:
                tell(step.stored.position, walk.head)
    return gathering.log(now)


def ranks_of(decided: OffersDecided, again: Decided) -> list[int] | None:
    """The candidate that each recorded rank shows; None where one of them is no candidate any more."""
    place_of = {again.compiled.offers[row].id: place for place, row in enumerate(again.candidates.rows.tolist())}
    picks = [place_of.get(shown.offer) for shown in decided.shown]
    return None if None in picks else [pick for pick in picks if pick is not None]


def _meet(walk: Walk, fact: EventHandled, state: State, gathering: _Gathering) -> None:
    decided, asked = fact.decision, gathering.asked
    if decided is None or asked.placement not in {None, decided.placement}:
        return
    if decided.arm not in ARMS:
        gathering.left.other_arms += 1
        return
    try:
        again = walk.made_again(fact, state)
    except NothingPublished:
        gathering.left.not_reproduced += 1
        return
    if again is None:
        gathering.left.erased += 1
    elif not decided.shown:
        gathering.left.nothing_competed += 1
    else:
        gathering.take(fact, decided, again)


def _follow(again: Decided, ranks: list[int], policy: int | None = None, floor: float | None = None) -> Followed:
    placement, held = again.compiled.placements[again.placement], again.sifted.held
    limit = min(again.request.limit or placement.limit, placement.limit, held.left)
    return followed(
        again.candidates, again.compiled, placement, ranks,
        limit=limit, policy=policy, floor=floor, group_left=held.group_left,
    )  # fmt: skip


def _as_published(again: Decided, ranks: list[int], arm: str) -> Followed:
    """What was drawn from: in the control group any candidate, so what competes for the policy had a chance there."""
    if arm == FULL.name:
        return _follow(again, ranks)
    return _follow(again, ranks, GREEDY, 1.0)


def _vectors(policy: str, again: Decided, ranks: list[int]) -> Followed | None:
    """The policy's vectors; None where it has nothing that could be shown."""
    if policy == AS_PUBLISHED:
        return _follow(again, ranks)
    if policy in POLICIES:
        return _follow(again, ranks, POLICIES[policy])
    even = _follow(again, ranks, GREEDY, 1.0)
    if policy == UNIFORM:
        return even
    return _always(policy.removeprefix(ALWAYS), again, even)


def _always(offer: str, again: Decided, even: Followed) -> Followed | None:
    at = [place for place, row in enumerate(again.candidates.rows) if again.compiled.offers[row].id == offer]
    if not at or len(even.vectors) <= even.above or even.vectors[even.above, at[0]] <= 0.0:
        return None
    vectors: Floats = np.zeros_like(even.vectors)
    vectors[: even.above] = even.vectors[: even.above]
    vectors[even.above, at[0]] = 1.0
    vectors[even.above + 1 :] = even.vectors[even.above + 1 :]
    return Followed(vectors, even.above, even.fallback)
