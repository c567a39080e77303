"""What if a draft publication had been in force? Its decisions over a history, and what they would have brought.

The customers, the states, the contacts and what the predictors knew are those of history: what the draft would have
shown counts for nobody's contact policy, and teaches nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from tradewind.engine.core.arms import FULL
from tradewind.engine.core.contact_history import longest_window
from tradewind.engine.core.context import fill
from tradewind.engine.core.decide import Decided, NothingPublished, Request, decide
from tradewind.engine.core.events import EventHandled, OffersDecided, ResponseRecorded
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.following import NOBODY, followed
from tradewind.engine.core.holding import Places
from tradewind.engine.core.instants import DAY
from tradewind.engine.core.kernels.trees import GROUP
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.state import State
from tradewind.engine.history.sealing import opened
from tradewind.engine.lab.answers import Answers, Key
from tradewind.engine.lab.estimating import ALPHA, LEAST_EFFECTIVE, Estimate, effective_size
from tradewind.engine.lab.histories import ARMS, ranks_of
from tradewind.engine.lab.problems import Floats
from tradewind.engine.lab.replaying import CHUNK, Walk, walking
from tradewind.engine.lab.sequences import bounds, lower_bound

type Verdict = Literal["better", "worse", "not enough evidence"]


@dataclass(slots=True)
class Passed:
    """Decisions that say nothing of a draft, by the reason why."""

    erased: int = 0
    other_arms: int = 0
    no_placement: int = 0
    nothing_competed: int = 0
    not_reproduced: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a draft would have done, and brought.

    Attributes:
        decisions: how many were asked about.
        shown: how often the draft would have shown each offer, at any rank.
        was_shown: how often each was shown.
        empty: in how many decisions the draft has nothing to show.
        compared: decisions whose first offer that competed was answered, from which the rest is estimated.
        effective: what they are worth, in decisions of the draft's own.
        unsupported: the draft's mean chance to show first what had no chance then.
        logged: what was accepted of the first offers that competed, outside the control group.
        acceptance: what would have been; None where there is not enough evidence.
        gain: by how much more than what is `logged`; None likewise. The interval holds whatever customers would have
            said to what they could not be shown then.
    """

    decisions: int
    shown: Counter[str]
    was_shown: Counter[str]
    empty: int
    compared: int
    effective: float
    unsupported: float
    logged: float
    acceptance: Estimate | None
    gain: Estimate | None
    passed: Passed

    @property
    def verdict(self) -> Verdict:
        """Better or worse only where the whole interval of the gain is."""
        if self.gain is not None and self.gain.low > 0.0:
            return "better"
        if self.gain is not None and self.gain.high < 0.0:
            return "worse"
        return "not enough evidence"


@dataclass(slots=True)
class _Supposing:
    """What was found on the way through history."""

    passed: Passed = field(default_factory=Passed)
    answers: Answers = field(default_factory=Answers)
    chances: dict[Key, tuple[float, float, float, bool]] = field(default_factory=dict)
    shown: Counter[str] = field(default_factory=Counter)
    was_shown: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    empty: int = 0

    def compare(self, fact: EventHandled, decided: OffersDecided, again: Decided, draft: Decided) -> None:
        """Count what the draft would show, and weigh the first offer that competed."""
        self.decisions += 1
        self.shown.update(proposal.shown.offer for proposal in draft.shown)
        self.was_shown.update(shown.offer for shown in decided.shown)
        self.empty += not draft.shown
        ranks = ranks_of(decided, again)
        first = _first_vector(again, published=True)
        if ranks is None or first is None or first.above >= len(ranks):
            self.passed.nothing_competed += 1
            return
        other, logged = _first_vector(draft), decided.shown[first.above]
        chances = {} if other is None else other.chances
        lacking = sum(chance for offer, chance in chances.items() if first.chances.get(offer, 0.0) <= 0.0)
        self.answers.expect(fact, decided, logged.offer, again.compiled)
        self.chances[decided.decision, logged.offer] = (
            logged.selection_probability,
            chances.get(logged.offer, 0.0),
            lacking + (0.0 if chances else 1.0),
            decided.arm == FULL.name,
        )

    def supposed(self, now: int) -> Supposed:
        """What comes of it at history time `now`."""
        rows = []
        for key, chances in self.chances.items():
            reward = self.answers.reward(key, now)
            if reward is None:
                self.passed.unanswered += 1
            else:
                rows.append((reward, *chances))
        rewards, logged, evaluated, lacking, full = np.array(rows, np.float64).reshape(-1, 5).T
        served = full > 0.0
        weights: Floats = evaluated / logged
        enough = len(rows) > 0 and effective_size(weights) >= LEAST_EFFECTIVE
        return Supposed(
            decisions=self.decisions,
            shown=self.shown,
            was_shown=self.was_shown,
            empty=self.empty,
            compared=len(rows),
            effective=effective_size(weights),
            unsupported=float(lacking.mean()) if rows else 0.0,
            logged=float(rewards[served].mean()) if served.any() else 0.0,
            acceptance=Estimate(float((weights * rewards).mean()), *bounds(weights, rewards, ALPHA))
            if enough
            else None,
            gain=_gain(weights[served], rewards[served]) if enough and served.any() else None,
            passed=self.passed,
        )


def what_if(
    data: Path,
    draft: CompiledPublication,
    *,
    placement: str | None = None,
    since: int = 0,
    tell: Callable[[int, int], None] = lambda at, of: None,
) -> Supposed:
    """Ask a draft about every decision of a history, on the state that it was made on.

    Args:
        data: the engine's data folder; a running engine does not mind.
        draft: a publication that compiles; it is stored nowhere.
        placement: only decisions of this one; None for all.
        since: only what was decided from this position on.
        tell: hears how far it is, about once in a thousand facts.

    Raises:
        apsw.CantOpenError: there is no history in the folder.
        OutOfOrder, UnknownDecision, UnknownFact, BrokenPublication: the history is damaged.
    """
    supposing, now = _Supposing(), 0
    with walking(data) as walk:
        for step in walk.steps(since):
            for made in step.decisions:
                if made.position >= since and isinstance(made.fact, EventHandled):
                    _suppose(walk, made.fact, step.state, supposing, draft=draft, placement=placement)
            if isinstance(step.stored.fact, ResponseRecorded):
                supposing.answers.take(step.stored.fact, step.state)
            now = max(now, step.stored.fact.at)
            if step.stored.position % CHUNK == 0:
                tell(step.stored.position, walk.head)
    return supposing.supposed(now)


def _suppose(
    walk: Walk,
    fact: EventHandled,
    state: State,
    supposing: _Supposing,
    *,
    draft: CompiledPublication,
    placement: str | None,
) -> None:
    decided, passed = fact.decision, supposing.passed
    if decided is None or placement not in {None, decided.placement}:
        return
    if decided.placement not in draft.placements:
        passed.no_placement += 1
        return
    if decided.arm not in ARMS:
        passed.other_arms += 1
        return
    content = opened(walk.vault, fact)
    try:
        again = walk.made_again(fact, state)
    except NothingPublished:
        passed.not_reproduced += 1
        return
    if content is None or again is None:
        passed.erased += 1
        return
    context = fill(content.decided_with(), draft.attributes).context
    request = Request(decided.placement, fact.channel, fact.subject, context, fact.language, decided.limit)
    with _in_force(draft, state) as supposed:
        answer = decide(request, supposed, now=fact.occurred_at, rng=Draws(decided.decision.encode()))
    supposing.compare(fact, decided, again, answer)


@contextmanager
def _in_force(draft: CompiledPublication, state: State) -> Iterator[State]:
    """The same state with another publication; the predictors' groups are given back afterwards."""
    leaves, groups = state.leaves, list(state.leaves.group_rows)
    before = [
        (offer, profile, groups[leaves.table[row, GROUP]])
        for offer, profile, _ in draft.leaves()
        if (row := leaves.rows.get((offer, profile))) is not None
    ]
    roots = leaves.plant(draft.leaves())
    windows = (max((policy.days for policy in draft.policies), default=0) * DAY, longest_window(draft.rules.history))
    state.contact_log.keep_for(max(windows))
    try:
        yield replace(
            state,
            publication=draft,
            leaf_rows=roots,
            places=Places.plant(draft, state.contacts, state.contact_log, state.volumes),
            stopped_rows=np.array([offer in state.stopped for offer in draft.rows], np.bool_),
        )
    finally:
        leaves.plant(before)


@dataclass(frozen=True, slots=True)
class _First:
    """The first rank that competes, behind so many offers that are always shown; the chance of each offer there."""

    above: int
    chances: dict[str, float]


def _first_vector(decided: Decided, *, published: bool = False) -> _First | None:
    """None where nothing competes. For what was `published` the control group drew any candidate."""
    placement, held = decided.compiled.placements[decided.placement], decided.sifted.held
    limit = min(decided.request.limit or placement.limit, placement.limit, held.left)
    offers = [decided.compiled.offers[row].id for row in decided.candidates.rows.tolist()]
    if published and decided.mode == "control":
        return _First(0, dict.fromkeys(offers, 1.0 / len(offers))) if offers and limit > 0 else None
    picks: list[int] = []
    for _ in range(limit):
        found = followed(
            decided.candidates, decided.compiled, placement, (*picks, NOBODY), limit=limit, group_left=held.group_left
        )
        if found.fallback or len(found.vectors) <= len(picks):
            return None
        if found.above <= len(picks):
            return _First(found.above, dict(zip(offers, found.vectors[-1].tolist(), strict=True)))
        picks.append(int(np.argmax(found.vectors[len(picks)])))
    return None


def _gain(weights: Floats, rewards: Floats) -> Estimate:
    """How much more is accepted, paired by decision: at least w·r - r, at most (1 - w)·(1 - r).

    What had no chance counts as rejected in the one and as accepted in the other. The lower bounds are those of w·r - r
    and of (w - 1)·(1 - r), which are at least -1.
    """
    low = lower_bound(weights * rewards - rewards + 1.0, ALPHA / 2.0) - 1.0
    high = 1.0 - lower_bound((weights - 1.0) * (1.0 - rewards) + 1.0, ALPHA / 2.0)
    return Estimate(float((weights * rewards - rewards).mean()), max(low, -1.0), min(high, 1.0))
