"""State is a fold over history: `apply` is the only thing that changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.aliases import Aliases
from tradewind.engine.core.consents import Consents
from tradewind.engine.core.contact_history import longest_window
from tradewind.engine.core.contact_log import ContactLog, What
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.crediting import credit, expectation
from tradewind.engine.core.digests import digest
from tradewind.engine.core.events import (
    ConsentsChanged,
    CustomerErased,
    CustomersJoined,
    EventHandled,
    Fact,
    OfferResumed,
    OffersDecided,
    OfferStopped,
    ProfileDrifted,
    ProfilePruned,
    ProfileSplit,
    PublicationActivated,
    ResponseRecorded,
    ScorerRefitted,
    WindowsClosed,
)
from tradewind.engine.core.holding import NOWHERE, Places
from tradewind.engine.core.instants import DAY
from tradewind.engine.core.offers import CompiledPublication, read_publication
from tradewind.engine.core.predictors.agents import NOBODY, Agents
from tradewind.engine.core.predictors.beginning import begin
from tradewind.engine.core.predictors.changing import change_tree
from tradewind.engine.core.predictors.chronicle import Chronicle
from tradewind.engine.core.predictors.evidence import MICRO, NOTHING, Evidence
from tradewind.engine.core.predictors.leaves import Leaves
from tradewind.engine.core.predictors.samples import Samples
from tradewind.engine.core.predictors.scorers import Scorers
from tradewind.engine.core.presentations import IGNORANCE, OpenDecision, OpenDecisions, Outcome, Presentation
from tradewind.engine.core.published import Mask
from tradewind.engine.core.sessions import Sessions
from tradewind.engine.core.volumes import Volumes


@dataclass(frozen=True, slots=True)
class Activated:
    """Where in history a publication came into force."""

    digest: str
    position: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a publication's canonical text was compiled to before its fact came."""

    document: str
    publication: CompiledPublication


@dataclass(slots=True)
class State:
    """Everything the engine knows at a position; `at` is history time.

    `document` is the canonical text of the publication in force. Every field is named in `keeping`.
    `leaf_rows` follow the profiles in force; `scorer_rows`, `places` and `stopped_rows` the offers in force. `stopped`
    has the position at which each offer that is stopped was stopped, published or not; `erased` the position at which
    each reference was erased, so that its key is wiped again should it come back with a backup.
    """

    position: int = 0
    at: int = 0
    document: str | None = None
    publication: CompiledPublication | None = None
    publications: dict[int, Activated] = field(default_factory=dict)
    leaves: Leaves = field(default_factory=Leaves)
    samples: Samples = field(default_factory=Samples)
    scorers: Scorers = field(default_factory=Scorers)
    chronicle: Chronicle = field(default_factory=Chronicle)
    agents: Agents = field(default_factory=Agents)
    leaf_rows: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    scorer_rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    contacts: Contacts = field(default_factory=Contacts)
    contact_log: ContactLog = field(default_factory=ContactLog)
    aliases: Aliases = field(default_factory=Aliases)
    erased: dict[str, int] = field(default_factory=dict)
    consents: Consents = field(default_factory=Consents)
    volumes: Volumes = field(default_factory=Volumes)
    places: Places = NOWHERE
    stopped: dict[str, int] = field(default_factory=dict)
    stopped_rows: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    sessions: Sessions = field(default_factory=Sessions)
    open: OpenDecisions = field(default_factory=OpenDecisions)

    @classmethod
    def empty(cls) -> State:
        """What is known before the first fact."""
        return cls()


class OutOfOrder(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A fact does not have the next position: there is a gap or a repetition, and the fold must stop."""


class UnknownDecision(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A response in history names a decision or an offer that is not open: the history is damaged."""


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
            _remember(state, position, fact)
        case ResponseRecorded():
            _learn(state, fact)
        case PublicationActivated():
            _activate(state, position, fact, ahead)
        case ConsentsChanged():
            state.consents.change(fact.subject, fact.changes, position=position)
        case CustomersJoined():
            _join(state, position, fact)
        case CustomerErased():
            _erase(state, position, fact)
        case WindowsClosed():
            _close(state, fact)
        case ProfileSplit() | ProfileDrifted() | ProfilePruned():
            change_tree(state.leaves, state.samples, fact)
            state.chronicle.note(position, fact)
        case ScorerRefitted():
            state.scorers.refit(fact)
            state.chronicle.note(position, fact)
        case OfferStopped():
            state.stopped.setdefault(fact.offer, position)
            _mark_stopped(state)
        case OfferResumed():
            state.stopped.pop(fact.offer, None)
            _mark_stopped(state)
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


def session_of(state: State, subject: str, session: str, *, at: int) -> str:
    """The reference that a customer's running session lies under: it may have begun under an alias of theirs."""
    joined = state.aliases.joined(subject)
    if not joined:
        return subject
    refs = (subject, *joined)
    begun = [(started, ref) for ref in refs if (started := state.sessions.begun(ref, session, at=at)) is not None]
    return min(begun)[1] if begun else subject


def sessions_of(state: State, subject: str, session: str, *, at: int) -> tuple[str, ...]:
    """The references under which lies what a customer's session knows, those with the latest event last.

    More than one only where customers who each had a session of this name were joined, until its next event:
    that one takes up what all of them know.
    """
    held_by = session_of(state, subject, session, at=at)
    aliases = state.aliases.joined(subject)
    if not aliases:
        return (held_by,)
    last = {ref: found for ref in (subject, *aliases) if (found := state.sessions.last(ref, session, at=at))}
    joined_at = max(state.aliases.since(alias) or 0 for alias in aliases)
    if last.get(held_by, joined_at) >= joined_at:
        return (held_by,)
    return tuple(sorted(last, key=last.__getitem__))


def take_up(state: State, ahead: Ahead | None = None) -> None:
    """Make what follows from the publication's document and from what is stopped.

    Raises:
        BrokenPublication: the document does not compile any more.
    """
    if state.document is not None:
        state.publication = _compiled(state.document, ahead)
        state.leaf_rows = state.leaves.plant(state.publication.leaves())
        state.scorer_rows = _score(state, state.publication)
        state.places = Places.plant(state.publication, state.contacts, state.contact_log, state.volumes)
        state.contact_log.keep_for(max((policy.days for policy in state.publication.policies), default=0) * DAY)
        state.contact_log.keep_for(longest_window(state.publication.rules.history))
    _mark_stopped(state)


def _score(state: State, publication: CompiledPublication) -> NDArray[np.int64]:
    """The scorers of the offers in force, which begin where a publication first ranks by scorers, with their past."""
    offers, names = [offer.id for offer in publication.offers], publication.scales.names
    if publication.is_scored or state.scorers.names:
        columns = state.samples.declare(sorted(names))
        known = publication.attributes
        state.scorers.declare(columns, (name in known and known[name].type == "number" for name in columns))
        wanted = offers if publication.is_scored else []
        new = [offer for offer in wanted if state.scorers.plant(offer, attributes=len(names))]
        for (offer, _), root in state.leaves.rows.items():
            state.scorers.follow(offer, root, since=state.samples.count(root))
        for offer in new:
            begin(state.scorers, state.samples, state.leaves, offer)
    return state.scorers.rows(offers)


def _compiled(document: str, ahead: Ahead | None) -> CompiledPublication:
    """The publication of a document, made ahead or now."""
    return ahead.publication if ahead is not None and ahead.document == document else read_publication(document)


def _activate(state: State, position: int, fact: PublicationActivated, ahead: Ahead | None) -> None:
    state.document = fact.document
    state.publications[fact.number] = Activated(digest=fact.digest, position=position)
    take_up(state, ahead)


def _mark_stopped(state: State) -> None:
    offers = state.publication.rows if state.publication else ()
    state.stopped_rows = np.array([offer in state.stopped for offer in offers], np.bool_)


def _remember(state: State, position: int, fact: EventHandled) -> None:
    held_by = session_of(state, fact.subject, fact.session, at=fact.at)
    state.sessions.touch(held_by, fact.session, at=fact.at, occurred_at=fact.occurred_at, position=position)
    decided = fact.decision
    if decided is None or not decided.shown:
        return
    _open(state, fact, decided)
    if decided.presents:
        whats = [("shown", shown.offer, shown.group, fact.channel) for shown in decided.shown]
        _contact(state, fact.subject, whats, at=fact.at, occurred_at=fact.occurred_at)


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


def _learn(state: State, fact: ResponseRecorded) -> None:
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
        _contact(state, fact.subject, (what,), at=fact.at, occurred_at=fact.answered_at)
    _react(state, fact, presentation, outcome)
    now, agent = presentation.evidence(closed=decision.closed), decision.agent
    if agent == NOBODY and not before.shown:
        agent = state.agents.number(fact.agent)
    _count(state, decision, presentation, before, now, agent=agent)
    state.open.put(fact.decision, decision)


def _contact(
    state: State, subject: str, whats: Sequence[tuple[str, str, str, str]], *, at: int, occurred_at: int
) -> None:
    """Count what was shown at once."""
    offers = [offer for _, offer, _, _ in whats]
    state.volumes.shown(offers, occurred_at)
    if subject not in state.erased:
        state.contacts.shown_together(subject, offers, occurred_at)
        state.contact_log.add(subject, *whats, at=at, occurred_at=occurred_at)


def _react(state: State, fact: ResponseRecorded, presentation: Presentation, outcome: Outcome) -> None:
    """Count an acceptance or a reject; a correction takes back the one before it."""
    what = (fact.offer, state.open.sort(presentation).group, fact.channel)
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


def _close(state: State, fact: WindowsClosed) -> None:
    """What was not answered was ignored; many of the same leaf are counted at once."""
    ignored: Counter[int] = Counter()
    for decision in state.open.close(fact.up_to):
        for presentation in decision.offers:
            if presentation.is_unanswered:
                now = _credit(state, decision, presentation, NOTHING, IGNORANCE, agent=decision.agent)
                leaf = _retain(state, decision, presentation, NOTHING, now)
                if now == IGNORANCE:
                    ignored[leaf] += 1
                else:
                    state.leaves.change(leaf, NOTHING, now)
    for leaf, times in ignored.items():
        state.leaves.change(leaf, NOTHING, Evidence(shown=times))


def _count(
    state: State, decision: OpenDecision, presentation: Presentation, before: Evidence, now: Evidence, *, agent: int
) -> None:
    """Replace what a presentation had added to its leaf and its offer's budget by what it adds now."""
    if now == before:
        return
    sort = state.open.sort(presentation)
    if spent := (now.accepted - before.accepted) * sort.cost:
        state.volumes.spend(sort.offer, spent)
    now = _credit(state, decision, presentation, before, now, agent=agent)
    state.leaves.change(_retain(state, decision, presentation, before, now), before, now)


def _credit(
    state: State, decision: OpenDecision, presentation: Presentation, before: Evidence, now: Evidence, *, agent: int
) -> Evidence:
    """What is left to be learnt once what is due to the agent is set apart."""
    sort = state.open.sort(presentation)
    expected = expectation(
        state.scorers, state.leaves, state.samples, offer=sort.offer, root=sort.root, bins=decision.bins
    )  # fmt: skip
    return credit(state.agents, presentation, agent=agent, offer=sort.offer, before=before, now=now, expected=expected)


def _retain(state: State, decision: OpenDecision, presentation: Presentation, before: Evidence, now: Evidence) -> int:
    """Keep in the root's sample what a presentation counts as now, and tell its scorer; the row that counts it."""
    sort = state.open.sort(presentation)
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
