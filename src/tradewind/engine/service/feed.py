"""Facts as the lines of the history feed, with customer and attributes decrypted as they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import UnionType
from typing import Final, assert_never, cast

import msgspec

from tradewind.engine import wire
from tradewind.engine.core import events as facts
from tradewind.engine.core.instants import instant
from tradewind.engine.history import Vault
from tradewind.engine.history.sealing import Sealed, opened
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.learnt import wired
from tradewind.engine.service.tending import CHANGES

_CHUNK: Final = 64
_encode = msgspec.json.Encoder().encode

TYPES: Final[dict[str, type[facts.Fact] | UnionType]] = {
    "publication_activated": facts.PublicationActivated,
    "event_handled": facts.EventHandled,
    "response_recorded": facts.ResponseRecorded,
    "windows_closed": facts.WindowsClosed,
    "predictor_changed": facts.ProfileSplit | facts.ProfileDrifted | facts.ProfilePruned,
    "scorer_refitted": facts.ScorerRefitted,
    "offer_stopped": facts.OfferStopped,
    "offer_resumed": facts.OfferResumed,
    "consents_changed": facts.ConsentsChanged,
    "customers_joined": facts.CustomersJoined,
    "customer_erased": facts.CustomerErased,
}


async def lines(engine: Engine, *, after: int, up_to: int, limit: int, types: frozenset[str]) -> AsyncIterator[bytes]:
    """The feed in chunks of lines: at most `limit` of them, of facts behind `after` and not behind `up_to`.

    Chunks are small and other calls run between them, so that a long read does not hold up decisions.
    """
    wanted: tuple[type | UnionType, ...] = tuple(TYPES[name] for name in types)
    while limit > 0 and after < up_to:
        chunk = []
        for stored in engine.history.read(after=after, limit=min(_CHUNK, up_to - after)):
            after = stored.position
            if isinstance(stored.fact, wanted) and limit > 0:
                chunk.append(_encode(line(engine, stored.position, stored.fact)) + b"\n")
                limit -= 1
        yield b"".join(chunk)
        await asyncio.sleep(0)


def line(engine: Engine, position: int, fact: facts.Fact) -> wire.HistoryLine:  # noqa: C901, PLR0911 - a return for each type of line
    """The fact as a line of the feed."""
    match fact:
        case facts.PublicationActivated():
            return wire.PublicationActivated(
                position=str(position), id=fact.id, at=instant(fact.at), number=fact.number, digest=fact.digest
            )
        case facts.EventHandled():
            return _event(position, fact, opened(engine.subjects.vault, fact))
        case facts.ResponseRecorded():
            return _response(position, fact, engine.subjects.vault.customer_of(fact.subject))
        case facts.WindowsClosed():
            return wire.WindowsClosed(
                position=str(position), id=fact.id, at=instant(fact.at), up_to=instant(fact.up_to)
            )
        case facts.ProfileSplit() | facts.ProfileDrifted() | facts.ProfilePruned():
            return changed(position, fact)
        case facts.ScorerRefitted():
            return refitted(position, fact)
        case facts.OfferStopped():
            return wire.OfferStopped(position=str(position), id=fact.id, at=instant(fact.at), offer=fact.offer)
        case facts.OfferResumed():
            return wire.OfferResumed(position=str(position), id=fact.id, at=instant(fact.at), offer=fact.offer)
        case facts.ConsentsChanged():
            return _consents(position, fact, engine.subjects.vault.customer_of(fact.subject))
        case facts.CustomersJoined():
            return _joined(position, fact, engine.subjects.vault)
        case facts.CustomerErased():
            subjects = [fact.subject, *fact.aliases]
            return wire.CustomerErased(position=str(position), id=fact.id, at=instant(fact.at), subjects=subjects)
        case _:
            assert_never(fact)


def _event(position: int, fact: facts.EventHandled, sealed: Sealed | None) -> wire.EventHandled:
    return wire.EventHandled(
        position=str(position),
        id=fact.id,
        at=instant(fact.at),
        occurred_at=instant(fact.occurred_at),
        event=fact.event,
        subject=fact.subject,
        customer=sealed.customer if sealed else None,
        session=fact.session,
        session_started_at=instant(fact.session_started_at),
        agent=fact.agent,
        channel=fact.channel,
        language=fact.language,
        publication=fact.publication,
        attributes=sealed.attributes if sealed else None,
        decision=_decision(fact.decision) if fact.decision else None,
    )


def _decision(decided: facts.OffersDecided) -> wire.LoggedDecision:
    return wire.LoggedDecision(
        id=decided.decision,
        position=str(decided.decided_on),
        placement=decided.placement,
        mode=cast(wire.Mode, decided.mode),
        arm=decided.arm,
        presents=decided.presents,
        missing=list(decided.missing),
        withheld=decided.withheld,
        offers=[_offer(shown) for shown in decided.shown],
    )


def _offer(shown: facts.OfferShown) -> wire.LoggedOffer:
    return wire.LoggedOffer(
        offer=shown.offer,
        version=shown.version,
        group=shown.group,
        treatment=shown.treatment,
        rank=shown.rank,
        profile=shown.profile,
        score=shown.score,
        propensity=shown.propensity,
        interval=(shown.lower, shown.upper),
        selection_probability=shown.selection_probability,
        value=shown.value,
    )


def _response(position: int, fact: facts.ResponseRecorded, customer: str | None) -> wire.ResponseRecorded:
    return wire.ResponseRecorded(
        position=str(position),
        id=fact.id,
        at=instant(fact.at),
        answered_at=instant(fact.answered_at),
        shown_at=instant(fact.shown_at),
        session_started_at=instant(fact.session_started_at),
        decision=fact.decision,
        offer=fact.offer,
        outcome=fact.outcome,
        subject=fact.subject,
        customer=customer,
        agent=fact.agent,
        channel=fact.channel,
        value=fact.value,
        correction=fact.correction,
    )


def _consents(position: int, fact: facts.ConsentsChanged, customer: str | None) -> wire.ConsentsChanged:
    return wire.ConsentsChanged(
        position=str(position),
        id=fact.id,
        at=instant(fact.at),
        subject=fact.subject,
        customer=customer,
        consents=[
            wire.ConsentChange(purpose=change.purpose, channel=change.channel, granted=change.granted)
            for change in fact.changes
        ],
    )


def changed(
    position: int, fact: facts.ProfileSplit | facts.ProfileDrifted | facts.ProfilePruned
) -> wire.PredictorChanged:
    """A change of a predictor's tree as the feed and the list of changes say it."""
    return wire.PredictorChanged(
        position=str(position),
        id=fact.id,
        at=instant(fact.at),
        change=CHANGES[type(fact)],
        offer=fact.offer,
        profile=fact.profile,
        path=list(fact.path),
        words=fact.words,
        evidence=wire.ChangeEvidence(**msgspec.structs.asdict(fact.evidence)),
        based_on=fact.based_on,
        attribute=fact.attribute if isinstance(fact, facts.ProfileSplit) else None,
        branches=_branches(fact) if isinstance(fact, facts.ProfileSplit) else None,
    )


def refitted(position: int, fact: facts.ScorerRefitted) -> wire.ScorerRefitted:
    """A scorer whose trees were grown again, as the feed and the list of changes say it."""
    return wire.ScorerRefitted(
        position=str(position), id=fact.id, at=instant(fact.at), offer=fact.offer, responses=fact.responses
    )


def _branches(fact: facts.ProfileSplit) -> tuple[wire.Branch, wire.Branch] | None:
    return None if fact.branches is None else (wired(fact.branches[0]), wired(fact.branches[1]))


def _joined(position: int, fact: facts.CustomersJoined, vault: Vault) -> wire.CustomersJoined:
    return wire.CustomersJoined(
        position=str(position),
        id=fact.id,
        at=instant(fact.at),
        subject=fact.subject,
        customer=vault.customer_of(fact.subject),
        alias_subject=fact.alias,
        alias=vault.customer_of(fact.alias),
    )
