"""What if a draft publication had been in force? Its decisions over a history, and what they would have brought.

The customers, the states, the contacts and what the predictors knew are those of history: what the draft would have
shown counts for nobody's contact policy, and teaches nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tradewind.engine.core.arms import FULL
from tradewind.engine.core.contact_history import longest_window
from tradewind.engine.core.context import fill
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.events import OffersDecided
from tradewind.engine.core.following import NOBODY
from tradewind.engine.core.holding import Places
from tradewind.engine.core.instants import DAY
from tradewind.engine.core.kernels.trees import GROUP
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.reproducing import decide_again
from tradewind.engine.core.state import State
from tradewind.engine.lab.answers import Answers, Key
from tradewind.engine.lab.estimating import LEAST_EFFECTIVE, effective_size, gain, importance_sampled
from tradewind.engine.lab.judging import Left, Met, Tell, follow, go_through, offers_of
from tradewind.engine.lab.problems import Floats
from tradewind.engine.lab.supposed import Supposed


@dataclass(frozen=True, slots=True)
class _Chances:
    """The first offer that competed: its probability then, and by the draft, which gives `lacking` to what had none.

    Those outside the `full` arm are of the control group.
    """

    logged: float
    evaluated: float
    lacking: float
    full: bool


@dataclass(slots=True)
class _Supposing:
    """What was found on the way through history."""

    draft: CompiledPublication
    placement: str | None
    margin: float
    left: Left = field(default_factory=Left)
    answers: Answers = field(default_factory=Answers)
    chances: dict[Key, _Chances] = field(default_factory=dict)
    shown: Counter[str] = field(default_factory=Counter)
    was_shown: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    empty: int = 0
    ranked_by_profiles: int = 0

    def concerns(self, decided: OffersDecided) -> bool:
        if self.placement not in {None, decided.placement}:
            return False
        self.left.no_placement += decided.placement not in self.draft.placements
        return decided.placement in self.draft.placements

    def meet(self, met: Met) -> None:
        """Count what the draft would show, and weigh the first offer that competed."""
        drafted, decided, ranks = _decided_by(self.draft, met), met.decided, met.ranks
        self.decisions += 1
        self.shown.update(proposal.shown.offer for proposal in drafted.shown)
        self.was_shown.update(shown.offer for shown in decided.shown)
        self.empty += not drafted.shown
        self.ranked_by_profiles += _lacks_a_scorer(drafted, met.state)
        first = _first_as_published(met.again)
        if ranks is None or first is None or first.above >= len(ranks):
            self.left.nothing_competed += 1
            return
        shown, other = decided.shown[first.above], _first(drafted)
        chances = {} if other is None else other.chances
        lacking = sum(chance for offer, chance in chances.items() if first.chances.get(offer, 0.0) <= 0.0)
        self.answers.expect(met.fact, decided, shown.offer, met.again.compiled)
        self.chances[decided.decision, shown.offer] = _Chances(
            shown.selection_probability,
            chances.get(shown.offer, 0.0),
            lacking if chances else 1.0,
            decided.arm == FULL.name,
        )

    def supposed(self, now: int) -> Supposed:
        """What comes of it at history time `now`."""
        rewarded = self.answers.rewarded(self.chances, now)
        self.left.unanswered = len(self.chances) - len(rewarded)
        rows = [(reward, each.logged, each.evaluated, each.lacking, each.full) for reward, each in rewarded]
        rewards, logged, evaluated, lacking, full = np.array(rows, np.float64).reshape(-1, 5).T
        served = full > 0.0
        weights: Floats = evaluated / logged
        enough = len(rows) > 0 and effective_size(weights) >= LEAST_EFFECTIVE
        return Supposed(
            margin=self.margin,
            decisions=self.decisions,
            shown=self.shown,
            was_shown=self.was_shown,
            empty=self.empty,
            ranked_by_profiles=self.ranked_by_profiles,
            compared=len(rows),
            effective=effective_size(weights),
            unsupported=float(lacking.mean()) if rows else 0.0,
            logged=float(rewards[served].mean()) if served.any() else 0.0,
            acceptance=importance_sampled(weights, rewards) if enough else None,
            gain=gain(weights[served], rewards[served]) if enough and served.any() else None,
            left=self.left,
        )


def what_if(
    data: Path,
    draft: CompiledPublication,
    *,
    placement: str | None = None,
    since: int = 0,
    until: int | None = None,
    margin: float = 0.0,
    tell: Tell = lambda at, of: None,
) -> Supposed:
    """Ask a draft about every decision of a history, on the state that it was made on.

    Args:
        data: the engine's data folder; a running engine does not mind.
        draft: a publication that compiles; it is stored nowhere.
        placement: only decisions of this one; None for all.
        since: only what was decided from this position on.
        until: the position up to which history is read; None for all of it.
        margin: by how much less may be accepted and still count as not worse, as a share of all, 0 to 1.
        tell: hears how far it is.

    Raises:
        walking.DAMAGES: one of them, where there is no history in the folder, or a damaged one.
    """
    supposing = _Supposing(draft, placement, margin)
    return supposing.supposed(go_through(data, supposing, since=since, until=until, tell=tell))


def _lacks_a_scorer(drafted: Decided, state: State) -> bool:
    """Whether scorers should rank, and an offer that competes has none in this state: its profiles are ranked by."""
    placement = drafted.compiled.placements[drafted.placement]
    return placement.ranked_by_scorer and any(offer not in state.scorers.names for offer in offers_of(drafted))


def _decided_by(draft: CompiledPublication, met: Met) -> Decided:
    """The same decision with the draft in force."""
    context = fill(met.content.decided_with(), draft.attributes).context
    with _in_force(draft, met.state) as supposed:
        return decide_again(met.fact, context, supposed)


@contextmanager
def _in_force(draft: CompiledPublication, state: State) -> Iterator[State]:
    """The same state with another publication; what that planted in the predictors is taken out again afterwards.

    A root that stayed would have the number of one that history plants later, and scorers would draw other coins.
    """
    leaves, groups, size = state.leaves, list(state.leaves.group_rows), len(state.leaves.rows)
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
            scorer_rows=state.scorers.rows(offer.id for offer in draft.offers),
            places=Places.plant(draft, state.contacts, state.contact_log, state.volumes),
            stopped_rows=np.array([offer in state.stopped for offer in draft.rows], np.bool_),
        )
    finally:
        leaves.plant(before)
        leaves.uproot(roots=size, groups=len(groups))


@dataclass(frozen=True, slots=True)
class _First:
    """The first rank that competes, behind so many offers that are always shown; the chance of each offer there."""

    above: int
    chances: dict[str, float]


def _first_as_published(again: Decided) -> _First | None:
    """Of what was in force, where the control group drew any candidate; None where nothing competed."""
    if again.mode != "control":
        return _first(again)
    offers = offers_of(again)
    return _First(0, dict.fromkeys(offers, 1.0 / len(offers))) if offers else None


def _first(decided: Decided) -> _First | None:
    """By the policy of the placement, whatever the arm; None where nothing competes."""
    picks: list[int] = []
    while True:
        found = follow(decided, (*picks, NOBODY))
        if found.fallback or len(found.vectors) <= len(picks):
            return None
        if found.above <= len(picks):
            return _First(found.above, dict(zip(offers_of(decided), found.vectors[-1].tolist(), strict=True)))
        picks.append(int(np.argmax(found.vectors[len(picks)])))
