"""The engine's own history as a log: what was shown with which probability, what it brought, what others would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from tradewind.engine.core.arms import FULL
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.events import OffersDecided
from tradewind.engine.core.following import Followed
from tradewind.engine.core.kernels.chances import GREEDY
from tradewind.engine.core.offers import POLICIES
from tradewind.engine.lab.answers import Answers, Key
from tradewind.engine.lab.estimating import Log
from tradewind.engine.lab.judging import Left, Met, Tell, follow, go_through, offers_of
from tradewind.engine.lab.logged import ALWAYS, UNIFORM
from tradewind.engine.lab.problems import Floats

AS_PUBLISHED: Final = "published"


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
    """Of one presentation the probabilities down to its rank, and the predictions."""

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
    entries: dict[Key, _Entry] = field(default_factory=dict)
    lacking: float = 0.0

    def concerns(self, decided: OffersDecided) -> bool:
        return self.asked.placement in {None, decided.placement}

    def meet(self, met: Met) -> None:
        """Add the presentation at the rank that is asked about."""
        decided, again, ranks = met.decided, met.again, met.ranks
        if not decided.shown:
            self.left.nothing_competed += 1
            return
        if ranks is None:
            self.left.not_reproduced += 1
            return
        policy, others = _vectors(self.asked.policy, again, ranks), _as_published(again, ranks, decided.arm)
        if policy is None or policy.above != others.above:
            self.left.not_possible += 1
            return
        place = policy.above + self.asked.rank - 1
        if policy.fallback or place >= min(len(ranks), len(others.vectors)):
            self.left.nothing_competed += 1
            return
        vector = policy.vectors[place] if place < len(policy.vectors) else np.zeros(again.candidates.size)
        self.lacking += float(vector[others.vectors[place] <= 0.0].sum())
        self.answers.expect(met.fact, decided, decided.shown[place].offer, again.compiled)
        self.entries[decided.decision, decided.shown[place].offer] = _entry(met, ranks, policy, place, vector)

    def log(self, now: int) -> HistoryLog:
        """What has an answer, or will have none any more at history time `now`."""
        rewarded = self.answers.rewarded(self.entries, now)
        self.left.unanswered = len(self.entries) - len(rewarded)
        rows = [(reward, each.logged, each.evaluated, each.predicted, each.expected) for reward, each in rewarded]
        columns = np.array(rows, np.float64).reshape(-1, 5).T
        lacking = self.lacking / max(len(self.entries), 1)
        return HistoryLog(Log(*(np.ascontiguousarray(column) for column in columns)), self.left, lacking)


def history_log(data: Path, asked: Asked, *, tell: Tell = lambda at, of: None) -> HistoryLog:
    """What a data folder's decisions say of a policy: one entry for each presentation at one rank.

    Each decision is made again on its state; the policy is asked about the same candidates, behind the same offers
    above. Offers of the display `always` and fallbacks did not compete and are left out; only the tier that competed
    counts. An answer counts as in the fold: corrections replace, what stayed unanswered to the end of its window was
    ignored, skips say nothing.

    Args:
        data: the engine's data folder; a running engine does not mind.
        asked: which policy and which decisions.
        tell: hears how far it is.

    Raises:
        UnknownPolicy: there is no such policy.
        walking.DAMAGES: one of them, where there is no history in the folder, or a damaged one.
    """
    if asked.policy not in {UNIFORM, AS_PUBLISHED, *POLICIES} and not asked.policy.startswith(ALWAYS):
        known = ", ".join([AS_PUBLISHED, UNIFORM, *POLICIES])
        raise UnknownPolicy(f"no policy is called {asked.policy}; there are {known} and always:OFFER")
    gathering = _Gathering(asked)
    return gathering.log(go_through(data, gathering, since=asked.since, tell=tell))


def _entry(met: Met, ranks: list[int], policy: Followed, place: int, vector: Floats) -> _Entry:
    """The entry of the presentation at `place`, for which the policy has `vector` behind the offers above."""
    logged = evaluated = ahead = 1.0
    for rank in range(policy.above, place + 1):
        ahead = evaluated / logged
        logged *= met.decided.shown[rank].selection_probability
        evaluated *= float(policy.vectors[rank, ranks[rank]]) if rank < len(policy.vectors) else 0.0
    propensity = met.again.candidates.propensity
    return _Entry(logged, evaluated, propensity[ranks[place]].item(), ahead * float(vector @ propensity))


def _as_published(again: Decided, ranks: list[int], arm: str) -> Followed:
    """What was drawn from: in the control group any candidate, so what competes for the policy had a chance there."""
    if arm == FULL.name:
        return follow(again, ranks)
    return follow(again, ranks, policy=GREEDY, floor=1.0)


def _vectors(policy: str, again: Decided, ranks: list[int]) -> Followed | None:
    """The policy's vectors; None where it has nothing that could be shown."""
    if policy == AS_PUBLISHED:
        return follow(again, ranks)
    if policy in POLICIES:
        return follow(again, ranks, policy=POLICIES[policy])
    even = follow(again, ranks, policy=GREEDY, floor=1.0)
    if policy == UNIFORM:
        return even
    return _always(policy.removeprefix(ALWAYS), again, even)


def _always(offer: str, again: Decided, even: Followed) -> Followed | None:
    offers = offers_of(again)
    if offer not in offers or len(even.vectors) <= even.above:
        return None
    at, vectors = offers.index(offer), even.vectors.copy()
    if vectors[even.above, at] <= 0.0:
        return None
    vectors[even.above] = 0.0
    vectors[even.above, at] = 1.0
    return Followed(vectors, even.above, even.fallback)
