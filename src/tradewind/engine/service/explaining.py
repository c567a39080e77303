"""Why was it decided so? The recorded decision, decided once more from history, and every offer's fate.

What rules saw may be personal: it is in the answer, for the scope that may read it, and in no log.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Literal, cast

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.events import EventHandled, OffersDecided, PublicationActivated
from tradewind.engine.core.instants import instant
from tradewind.engine.core.offers import label_of
from tradewind.engine.core.reproducing import by_another_version, decide_again, differences
from tradewind.engine.history.sealing import Sealed, opened
from tradewind.engine.lab.walking import BEHIND, known_then
from tradewind.engine.service import answers
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.jobs import Job
from tradewind.engine.service.past import Past
from tradewind.engine.service.problems import Refused

_encode = msgspec.json.Encoder().encode


class _Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What of a stored answer matters here."""

    decision: wire.Decision


_read_answer = msgspec.json.Decoder(_Answered).decode


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as history holds it; `content` is None where its customer was erased."""

    fact: EventHandled
    decided: OffersDecided
    content: Sealed | None


async def explain(engine: Engine, token: str) -> bytes | wire.ExplanationProgress:
    """The explanation, or how far it is when it takes longer than a caller waits.

    Raises:
        Refused: `decision_unknown`; `too_busy` where too many others are being explained.
    """
    found = recorded(engine, token)
    if found is None:
        raise Refused("decision_unknown")
    if found.content is None:
        activated = engine.fact_at(engine.state.publications[found.fact.publication].position)
        return _encode(await asyncio.to_thread(_erased, found, cast(PublicationActivated, activated)))
    outcome = await engine.jobs.outcome(token, partial(_explained, engine.past, found), of=found.decided.decided_on)
    if isinstance(outcome, Job):
        return wire.ExplanationProgress(position=str(outcome.at), of=str(outcome.of))
    return outcome


def recorded(engine: Engine, token: str) -> Recorded | None:
    """The decision of a token; None for one that this engine never gave out."""
    position = engine.tokens.position_of(token)
    if position is None:
        return None
    for stored in engine.history.read(after=position, limit=BEHIND):
        fact = stored.fact
        if isinstance(fact, EventHandled) and fact.decision is not None and fact.decision.decision == token:
            return Recorded(fact, fact.decision, opened(engine.subjects.vault, fact))
    return None


def _explained(past: Past, found: Recorded, job: Job) -> bytes:
    """In the thread of the jobs: rebuild the state, decide again, compare."""
    if found.content is None:
        raise TypeError("an erased decision cannot be made again")
    state = past.at(found.decided.decided_on, tell=job.tell)
    again = decide_again(found.fact, known_then(found.content, state), state)
    differing = differences(found.decided, again)
    said = msgspec.structs.replace(
        _read_answer(found.content.answer).decision,
        funnel=dict(found.decided.funnel) or dict(again.funnel),
        fates=answers.all_fates(again),
    )
    if differing and by_another_version(found.decided):
        return _encode(_explanation(found, said, reason="another_version", differing=differing))
    return _encode(_explanation(found, said, reproduced=not differing, differing=differing))


def _explanation(
    found: Recorded,
    said: wire.Decision,
    *,
    differing: list[str],
    reproduced: bool | None = None,
    reason: Literal["erased", "another_version"] | None = None,
) -> wire.Explanation:
    return wire.Explanation(
        decision=said,
        event=found.fact.event,
        occurred_at=instant(found.fact.occurred_at),
        channel=found.fact.channel,
        placement=found.decided.placement,
        reproduced=reproduced,
        reason=reason,
        differences=differing,
    )


def _erased(found: Recorded, activated: PublicationActivated) -> wire.Explanation:
    """What is left once the customer's key is gone: the fact, without a word that was said to them."""
    decided = found.decided
    publication = msgspec.json.decode(activated.document, type=wire.Publication)
    labels = {(o.id, p.id): label_of(p) for o in publication.offers for p in o.profiles}
    said = wire.Decision(
        id=decided.decision,
        publication=found.fact.publication,
        position=str(decided.decided_on),
        mode=cast(wire.Mode, decided.mode),
        arm=decided.arm,
        missing=list(decided.missing),
        defaults=dict(decided.defaults),
        withheld=decided.withheld,
        offers=[
            answers.shown_offer(
                shown, profile=labels.get((shown.offer, shown.profile), shown.profile), suitability="", texts={}
            )
            for shown in decided.shown
        ],
        funnel=dict(decided.funnel),
    )
    return _explanation(found, said, reason="erased", differing=[])
