"""Conditions while they are being written: what is wrong with this expression, and where."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import bodies, matching
from tradewind.engine.service.checking import report
from tradewind.engine.service.doors import Answer, Body, Door
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.ndjson import NDJSON
from tradewind.engine.wire import ConditionCheck, ConditionMatches, ConditionReport

_encode = msgspec.json.Encoder().encode
_reader: Reader[ConditionCheck] = Reader(ConditionCheck)


async def check(engine: Engine, request: Request) -> Response:
    bodies.media_type(request, "application/json")
    asked = await bodies.message(_reader, await bodies.received(request))
    return Response(_encode(report(asked, engine.state)), media_type="application/json")


async def match(engine: Engine, request: Request) -> Response:
    bodies.media_type(request, NDJSON)
    return Response(_encode(await matching.matches(engine, request)), media_type="application/json")


DOORS = (
    Door(
        "POST",
        "/v1/conditions/check",
        "check_condition",
        "read",
        "Parse and type-check one expression, over the given condition groups or the running publication's",
        check,
        (Answer(200, "The syntax tree and type, or every fault with line and column", Body(ConditionReport)),),
        takes=(Body(ConditionCheck),),
    ),
    Door(
        "POST",
        "/v1/conditions/match",
        "match_condition",
        "read",
        f"Which of up to {matching.MOST:,} contexts a condition holds for: its line first, then a context a line",
        match,
        (Answer(200, "How many match, which, and how many are unknown", Body(ConditionMatches)),),
        takes=(Body(ConditionCheck, NDJSON),),
    ),
)
