"""State is a fold over history: `apply` is the only thing that changes it."""

from __future__ import annotations

from tradewind.engine.core.activating import Ahead, activate, mark_stopped
from tradewind.engine.core.answering import close, learn
from tradewind.engine.core.digests import digest
from tradewind.engine.core.events import (
    ConsentsChanged,
    CustomerErased,
    CustomersJoined,
    EventHandled,
    Fact,
    OfferResumed,
    OfferStopped,
    ProfileDrifted,
    ProfilePruned,
    ProfileSplit,
    PublicationActivated,
    ResponseRecorded,
    ScorerRefitted,
    WindowsClosed,
)
from tradewind.engine.core.knowledge import State
from tradewind.engine.core.predictors.changing import change_tree
from tradewind.engine.core.remembering import UnknownDecision, remember

__all__ = ["Ahead", "OutOfOrder", "State", "UnknownDecision", "apply", "model_digest", "state_digest"]


class OutOfOrder(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A fact does not have the next position: there is a gap or a repetition, and the fold must stop."""


def apply(state: State, position: int, fact: Fact, ahead: Ahead | None = None) -> State:  # noqa: C901 - a case for each sort of fact
    """The state after one more fact; may consume `state`.

    `ahead` changes nothing but the time it takes to activate the publication that it was compiled from.

    Raises:
        OutOfOrder: `position` is not the next one.
        UnknownDecision, BrokenPublication: the fact cannot have happened on this state.
    """
    if position != state.position + 1:
        raise OutOfOrder(f"expected position {state.position + 1}, got {position}")
    match fact:  # the most frequent first
        case EventHandled():
            remember(state, position, fact)
        case ResponseRecorded():
            learn(state, fact)
        case PublicationActivated():
            activate(state, position, fact, ahead)
        case ConsentsChanged():
            state.consents.change(fact.subject, fact.changes, position=position)
        case CustomersJoined():
            _join(state, position, fact)
        case CustomerErased():
            _erase(state, position, fact)
        case WindowsClosed():
            close(state, fact)
        case ProfileSplit() | ProfileDrifted() | ProfilePruned():
            change_tree(state.leaves, state.samples, fact)
            state.chronicle.note(position, fact)
        case ScorerRefitted():
            state.scorers.refit(fact)
            state.chronicle.note(position, fact)
        case OfferStopped():
            state.stopped.setdefault(fact.offer, position)
            mark_stopped(state)
        case OfferResumed():
            state.stopped.pop(fact.offer, None)
            mark_stopped(state)
    state.position = position
    state.at = max(state.at, fact.at)
    return state


def model_digest(state: State) -> str:
    """A digest of what was learnt of offers and agents; erasing a customer does not change it."""
    return digest([state.leaves.listed(), state.scorers.listed(), state.agents.learnt()])


def state_digest(state: State) -> str:
    """A digest of everything the state holds: equal at equal positions wherever the fold runs."""
    return digest(
        {
            "position": state.position,
            "at": state.at,
            "publications": [[n, p.digest, p.position] for n, p in sorted(state.publications.items())],
            "publication": state.publication.number if state.publication else None,
            "leaves": state.leaves.listed(),
            "structure": state.leaves.structure(),
            "samples": state.samples.listed(),
            "scorers": state.scorers.listed(),
            "chronicle": state.chronicle.listed(),
            "agents": state.agents.listed(),
            "contacts": state.contacts.listed(),
            "contact_log": state.contact_log.listed(),
            "aliases": state.aliases.listed(),
            "erased": sorted(state.erased.items()),
            "consents": state.consents.listed(),
            "volumes": state.volumes.listed(),
            "stopped": sorted(state.stopped.items()),
            "sessions": state.sessions.listed(),
            "open": state.open.listed(),
        }
    )


def _join(state: State, position: int, fact: CustomersJoined) -> None:
    """Decisions that are open and sessions that run stay under the alias and are found through it."""
    state.aliases.join(fact.subject, fact.alias, position=position)
    state.contacts.join(fact.subject, fact.alias)
    state.contact_log.join(fact.subject, fact.alias)
    state.consents.join(fact.subject, fact.alias)


def _erase(state: State, position: int, fact: CustomerErased) -> None:
    """What the customer did stays counted with the offers; open decisions can still be answered."""
    for ref in (fact.subject, *fact.aliases):
        state.erased[ref] = position
        state.contacts.forget(ref)
        state.contact_log.forget(ref)
        state.consents.forget(ref)
    state.aliases.forget(fact.subject)
