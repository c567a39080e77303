"""An event becomes part of what is known: its session, the offers that wait for an answer, the contacts it made."""

from __future__ import annotations

from collections.abc import Sequence

from tradewind.engine.core.events import EventHandled, OffersDecided
from tradewind.engine.core.knowledge import State
from tradewind.engine.core.predictors.evidence import MICRO
from tradewind.engine.core.session_refs import session_of


class UnknownDecision(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A response in history names a decision or an offer that is not open: the history is damaged."""


def remember(state: State, position: int, fact: EventHandled) -> None:
    held_by = session_of(state, fact.subject, fact.session, at=fact.at)
    state.sessions.touch(held_by, fact.session, at=fact.at, occurred_at=fact.occurred_at, position=position)
    decided = fact.decision
    if decided is None or not decided.shown:
        return
    _open(state, fact, decided)
    if decided.presents:
        whats = [("shown", shown.offer, shown.group, fact.channel) for shown in decided.shown]
        contact(state, fact.subject, whats, at=fact.at, occurred_at=fact.occurred_at)


def _open(state: State, fact: EventHandled, decided: OffersDecided) -> None:
    publication = state.publication
    if publication is None or publication.number != fact.publication:
        raise UnknownDecision(f"{fact.id} was decided with publication {fact.publication}, which is not in force")
    roots, fresh = state.leaves.rows, state.open.fresh
    state.open.open(
        decided.decision,
        subject=fact.subject,
        channel=fact.channel,
        at=fact.at,
        shown_at=fact.occurred_at,
        session_started_at=fact.session_started_at,
        outcomes=publication.outcomes,
        bins=state.samples.binned(fact.bins),
        agent=state.agents.number(fact.agent),
        offers=[
            fresh(
                shown.offer,
                shown.group,
                roots[shown.offer, shown.profile],
                round(shown.cost * MICRO) if shown.cost else 0,
                presented=decided.presents,
            )
            for shown in decided.shown
        ],
    )


def contact(
    state: State, subject: str, whats: Sequence[tuple[str, str, str, str]], *, at: int, occurred_at: int
) -> None:
    """Count what was shown at once."""
    offers = [offer for _, offer, _, _ in whats]
    state.volumes.shown(offers, occurred_at)
    if subject not in state.erased:
        state.contacts.shown_together(subject, offers, occurred_at)
        state.contact_log.add(subject, *whats, at=at, occurred_at=occurred_at)
