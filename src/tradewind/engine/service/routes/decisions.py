"""Decisions of the past, and why they were made so."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import explaining
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.wire import Explanation, ExplanationProgress, Ident

_encode = msgspec.json.Encoder().encode


async def explain(engine: Engine, request: Request) -> Response:
    said = await explaining.explain(engine, request.path_params["id"])
    if isinstance(said, ExplanationProgress):
        headers = {"Retry-After": "1"}
        return Response(_encode(said), status_code=202, headers=headers, media_type="application/json")
    return Response(said, media_type="application/json")


DOORS = (
    Door(
        "GET",
        "/v1/decisions/{id:path}",
        "explain_decision",
        "read",
        "Why a decision was made so: decided again from history, with every offer's fate",
        explain,
        (
            Answer(200, "The recorded decision, whether it was reproduced, and every fate", Body(Explanation)),
            Answer(202, "The state is still being rebuilt; ask again", Body(ExplanationProgress)),
        ),
        parameters=(Parameter("id", "path", Ident, "the decision's id, as an answer gave it"),),
        refusals=("decision_unknown", "too_busy"),
    ),
)
