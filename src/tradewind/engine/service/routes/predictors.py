"""Predictors: what was learnt about an offer, as its tree of recipient profiles."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.learnt import predictor_view
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import Ident, PredictorView

_encode = msgspec.json.Encoder().encode


async def predictor(engine: Engine, request: Request) -> Response:
    view = predictor_view(engine.state, request.path_params["id"])
    if view is None:
        raise Refused("offer_unknown")
    return Response(_encode(view), media_type="application/json")


DOORS = (
    Door(
        "GET",
        "/v1/offers/{id:path}/predictor",
        "predictor",
        "read",
        "The profile tree of an offer's predictor, as it is now",
        predictor,
        (Answer(200, "Counts, propensity and interval of each profile", Body(PredictorView)),),
        parameters=(Parameter("id", "path", Ident, "the offer's id"),),
        refusals=("offer_unknown",),
    ),
)
