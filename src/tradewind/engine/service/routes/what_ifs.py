"""What-if questions: a draft publication against logged decisions, worked out beside the engine."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import bodies, supposing
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.wire import Ident, WhatIf, WhatIfQuestion

_JSON = "application/json"
_encode = msgspec.json.Encoder().encode
_reader: Reader[WhatIfQuestion] = Reader(WhatIfQuestion)


async def ask(engine: Engine, request: Request) -> Response:
    bodies.media_type(request, _JSON)
    question, value = await bodies.message_and_value(_reader, await bodies.received(request))
    said = await supposing.ask(engine, question, value)
    return _answer(said, status=202, headers={"Location": f"/v1/what-if/{said.id}"})


async def look(engine: Engine, request: Request) -> Response:
    return _answer(supposing.standing(engine, request.path_params["id"]), status=200, headers={})


def _answer(said: WhatIf, *, status: int, headers: dict[str, str]) -> Response:
    wait = {"Retry-After": "1"} if said.status == "running" else {}
    return Response(_encode(said), status_code=status, headers={**headers, **wait}, media_type=_JSON)


DOORS = (
    Door(
        "POST",
        "/v1/what-if",
        "ask_what_if",
        "publish",
        "What would a draft publication have brought? Asked about logged decisions, beside the engine",
        ask,
        (Answer(202, "How the question stands, and where to look again (`Location`)", Body(WhatIf)),),
        takes=(Body(WhatIfQuestion),),
        refusals=("too_busy",),
    ),
    Door(
        "GET",
        "/v1/what-if/{id:path}",
        "what_if",
        "publish",
        "How far a what-if question is, and what came of it",
        look,
        (Answer(200, "Running, done with its result, or failed with the reason", Body(WhatIf)),),
        parameters=(Parameter("id", "path", Ident, "the question's id, as its answer gave it"),),
        refusals=("what_if_unknown",),
    ),
)
