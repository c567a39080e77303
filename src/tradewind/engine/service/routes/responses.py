"""Responses: what customers answered, one at a time or up to a thousand. A hot door, as events are."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response as Reply

from tradewind.engine.service import bodies, responding
from tradewind.engine.service.doors import Answer, Body, Door
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.replies import JsonReply
from tradewind.engine.wire import Response, ResponseReceipt

_JSON = "application/json"
_encode = msgspec.json.Encoder().encode

_Responses = Annotated[list[Response], Meta(min_length=1, max_length=1000)]
_OneOrMany = Response | _Responses
_reader: Reader[Response | list[Response]] = Reader(_OneOrMany)


async def record(engine: Engine, request: Request) -> Reply:
    bodies.media_type(request, _JSON)
    given = await bodies.message(_reader, await bodies.received(request))
    receipt = await (responding.one(engine, given) if isinstance(given, Response) else responding.many(engine, given))
    return JsonReply(_encode(receipt))


DOORS = (
    Door(
        "POST",
        "/v1/responses",
        "record_responses",
        "decide",
        "Record what a customer answered; the predictor has learnt it when this returns",
        record,
        (Answer(200, "Durable; of a list the good ones are stored and the others named", Body(ResponseReceipt)),),
        takes=(Body(_OneOrMany),),
        hot=True,
        refusals=(
            "decision_unknown",
            "offer_unknown",
            "response_refused",
            "id_used",
            "too_busy",
        ),
    ),
)
