"""An answer, or the end of the wait for one, is learnt from: by the offer's profiles, its scorer, and its agent."""

from __future__ import annotations

from tradewind.engine.core.contact_log import What
from tradewind.engine.core.crediting import credit, expectation
from tradewind.engine.core.events import ResponseRecorded, WindowsClosed
from tradewind.engine.core.knowledge import State
from tradewind.engine.core.predictors.agents import NOBODY
from tradewind.engine.core.predictors.evidence import NOTHING, Evidence
from tradewind.engine.core.presentations import IGNORANCE, OpenDecision, Outcome, Presentation, Sort
from tradewind.engine.core.remembering import UnknownDecision, contact


def learn(state: State, fact: ResponseRecorded) -> None:
    decision = state.open.get(fact.decision)
    presentation = state.open.presentation(decision, fact.offer) if decision else None
    outcome = state.open.outcomes(decision).get(fact.outcome) if decision else None
    if decision is None or presentation is None or outcome is None:
        raise UnknownDecision(f"{fact.id} answers {fact.offer} of {fact.decision} with {fact.outcome}")
    before, first = presentation.evidence(closed=decision.closed), not presentation.presented
    if fact.correction:
        presentation.correct(outcome)
    else:
        presentation.answer(outcome)
    sort = state.open.sort(presentation)
    if first and presentation.presented:
        what = What("shown", fact.offer, sort.group, fact.channel)
        contact(state, fact.subject, (what,), at=fact.at, occurred_at=fact.answered_at)
    _react(state, fact, presentation, sort, outcome)
    now, agent = presentation.evidence(closed=decision.closed), decision.agent
    if agent == NOBODY and not before.shown:
        agent = state.agents.number(fact.agent)
    _count(state, decision, presentation, sort, before=before, now=now, agent=agent)
    state.open.put(fact.decision, decision)


def _react(state: State, fact: ResponseRecorded, presentation: Presentation, sort: Sort, outcome: Outcome) -> None:
    """Count an acceptance or a reject; a correction takes back the one before it."""
    what = (fact.offer, sort.group, fact.channel)
    if fact.correction and presentation.reaction is not None:
        kind, occurred_at = presentation.reaction
        state.contact_log.take_back(fact.subject, What(kind, *what), occurred_at=occurred_at)
        presentation.reaction = None
    reaction = outcome.reaction
    if reaction is None:
        return
    presentation.reaction = (reaction, fact.answered_at)
    if fact.subject not in state.erased:
        state.contact_log.add(fact.subject, (reaction, *what), at=fact.at, occurred_at=fact.answered_at)


def close(state: State, fact: WindowsClosed) -> None:
    """What was not answered was ignored; many of the same leaf are counted at once."""
    ignored: dict[int, int] = {}
    for decision in state.open.close(fact.up_to):
        for presentation in decision.offers:
            if presentation.presented and not presentation.outcomes:
                sort = state.open.sort(presentation)
                now = _credit(state, decision, presentation, sort, before=NOTHING, now=IGNORANCE, agent=decision.agent)
                leaf = _retain(state, decision, presentation, sort, before=NOTHING, now=now)
                if now is IGNORANCE:
                    ignored[leaf] = ignored.get(leaf, 0) + 1
                else:
                    state.leaves.change(leaf, NOTHING, now)
    for leaf, times in ignored.items():
        state.leaves.change(leaf, NOTHING, Evidence(shown=times))


def _count(
    state: State,
    decision: OpenDecision,
    presentation: Presentation,
    sort: Sort,
    *,
    before: Evidence,
    now: Evidence,
    agent: int,
) -> None:
    """Replace what a presentation had added to its leaf and its offer's budget by what it adds now."""
    if now == before:
        return
    if spent := (now.accepted - before.accepted) * sort.cost:
        state.volumes.spend(sort.offer, spent)
    now = _credit(state, decision, presentation, sort, before=before, now=now, agent=agent)
    state.leaves.change(_retain(state, decision, presentation, sort, before=before, now=now), before, now)


def _credit(
    state: State,
    decision: OpenDecision,
    presentation: Presentation,
    sort: Sort,
    *,
    before: Evidence,
    now: Evidence,
    agent: int,
) -> Evidence:
    """What is left to be learnt once what is due to the agent is set apart."""
    expected = None
    if agent != NOBODY and not before.shown:
        expected = expectation(
            state.scorers, state.leaves, state.samples, offer=sort.offer, root=sort.root, bins=decision.bins
        )  # fmt: skip
    return credit(
        state.agents, presentation, agent=agent, offer=sort.offer, before=before, now=now, expected=expected
    )  # fmt: skip


def _retain(
    state: State, decision: OpenDecision, presentation: Presentation, sort: Sort, *, before: Evidence, now: Evidence
) -> int:
    """Keep in the root's sample what a presentation counts as now, and tell its scorer; the row that counts it."""
    if presentation.entry < 0:
        presentation.entry = state.samples.add(sort.root, decision.bins, now)
    else:
        state.samples.rewrite(sort.root, presentation.entry, now)
    if sort.offer in state.scorers.names:
        presentation.judged = state.scorers.count(
            sort.offer, sort.root, presentation.entry, decision.bins,
            before=before, now=now, leaves=state.leaves, judged=presentation.judged,
        )  # fmt: skip
    if not state.leaves.is_split(sort.root):
        return sort.root
    return state.leaves.leaf(sort.root, state.samples.row(decision.bins), presentation.entry)
