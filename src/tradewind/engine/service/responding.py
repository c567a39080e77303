"""Record what customers answered: duplicates recognised for ever, refusals named, learning at once."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tradewind.engine.core import responses as rules
from tradewind.engine.core.events import ResponseRecorded
from tradewind.engine.core.instants import microseconds
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.instants import AHEAD_S, ahead
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import Fault, Refusal, Response, ResponseReceipt

_BREATH: Final = 100
"""Responses of a list between two chances for other calls."""

KINDS: Final = {"unknown_decision": "decision_unknown", "unknown_offer": "offer_unknown", "id_used": "id_used"}
"""Codes of single refusals that are problems of their own; the others are `response_refused`."""

_canonical = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class _Recorded:
    position: int
    is_new: bool


@dataclass(slots=True)
class _Tally:
    """What became of a list so far."""

    position: int
    recorded: int = 0
    duplicates: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def receipt(self) -> ResponseReceipt:
        return ResponseReceipt(
            position=str(self.position),
            durable="local",
            recorded=self.recorded,
            duplicates=self.duplicates,
            refused=self.refused,
        )


async def one(engine: Engine, response: Response) -> ResponseReceipt:
    """Record one response; a refusal is a problem and stores nothing."""
    engine.admit()
    result = _record(engine, response)
    if isinstance(result, rules.Refused):
        fault = Fault(path="", code=result.code, message=result.message)
        raise Refused(KINDS.get(result.code, "response_refused"), result.message, errors=[fault])
    await engine.durable(result.position)
    return _tallied(_Tally(result.position), 0, result).receipt()


async def many(engine: Engine, responses: Sequence[Response]) -> ResponseReceipt:
    """Record the good ones in order and name the others; the receipt comes when all of it is durable."""
    engine.admit()
    tally = _Tally(0)
    for index, response in enumerate(responses):
        if index % _BREATH == _BREATH - 1:
            await asyncio.sleep(0)
        _tallied(tally, index, _record(engine, response))
    tally.position = tally.position or engine.head
    await engine.durable(tally.position)
    return tally.receipt()


def _tallied(tally: _Tally, index: int, result: _Recorded | rules.Refused) -> _Tally:
    match result:
        case rules.Refused(code, message):
            tally.refused.append(Refusal(index=index, code=code, message=message))
        case _Recorded(position, is_new):
            tally.position = max(tally.position, position)
            tally.recorded += is_new
            tally.duplicates += not is_new
    return tally


def _record(engine: Engine, response: Response) -> _Recorded | rules.Refused:
    """Look for the id, consider, apply, append: without awaiting."""
    considered = consider(engine, response)
    if isinstance(considered, ResponseRecorded):
        return _Recorded(engine.remember(considered, unused=True), is_new=True)
    return considered if isinstance(considered, rules.Refused) else _Recorded(considered, is_new=False)


def consider(engine: Engine, response: Response) -> ResponseRecorded | int | rules.Refused:
    """The fact to be remembered; the position where it is recorded already; or why it may not be."""
    fact_id = response.id or f"{response.decision}/{response.offer}/{response.outcome}"
    digest = hashlib.sha256(_canonical(response)).hexdigest()
    stored = engine.history.find(fact_id)
    if stored is not None:
        same = isinstance(stored.fact, ResponseRecorded) and (not response.id or stored.fact.request_digest == digest)
        return stored.position if same else _ID_USED
    now = engine.now()
    answered_at = now if response.at is None else microseconds(response.at)
    if ahead(answered_at, now):
        return rules.Refused("in_the_future", f"at is more than {AHEAD_S // 60} minutes ahead")
    if engine.tokens.position_of(response.decision) is None:
        return rules.Refused("unknown_decision", "this engine made no such decision")
    verdict = rules.consider(
        engine.state,
        decision=response.decision,
        offer=response.offer,
        outcome=response.outcome,
        answered_at=answered_at,
        correction=response.correction,
    )
    if isinstance(verdict, rules.Refused):
        return verdict
    return ResponseRecorded(
        id=fact_id,
        request_digest=digest,
        decision=response.decision,
        offer=response.offer,
        outcome=response.outcome,
        subject=verdict.subject,
        agent=response.agent,
        channel=verdict.channel,
        at=now,
        answered_at=answered_at,
        shown_at=verdict.shown_at,
        session_started_at=verdict.session_started_at,
        value=response.value,
        correction=response.correction,
    )


_ID_USED: Final = rules.Refused("id_used", "this id was used with another body")
