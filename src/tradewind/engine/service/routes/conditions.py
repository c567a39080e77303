"""Conditions while they are being written: what is wrong with this expression, and where."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import bodies
from tradewind.engine.service.checking import report
from tradewind.engine.service.doors import Answer, Body, Door
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.wire import ConditionCheck, ConditionReport

_encode = msgspec.json.Encoder().encode
_reader: Reader[ConditionCheck] = Reader(ConditionCheck)


async def check(engine: Engine, request: Request) -> Response:
    bodies.media_type(request, "application/json")
    asked = await bodies.message(_reader, await bodies.received(request))
    return Response(_encode(report(asked, engine.state)), media_type="application/json")


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
)
