"""The emergency stop of an offer, and its end."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import stopping
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.wire import Ident, OfferStanding, Stops

_encode = msgspec.json.Encoder().encode
_OFFER = Parameter("id", "path", Ident, "the offer's id")


async def listed(engine: Engine, request: Request) -> Response:
    return Response(_encode(await stopping.stops(engine)), media_type="application/json")


async def stop(engine: Engine, request: Request) -> Response:
    return _answer(await stopping.stop(engine, request.path_params["id"]))


async def resume(engine: Engine, request: Request) -> Response:
    return _answer(await stopping.resume(engine, request.path_params["id"]))


def _answer(standing: OfferStanding) -> Response:
    return Response(_encode(standing), media_type="application/json")


DOORS = (
    Door(
        "GET",
        "/v1/stops",
        "list_stops",
        "read",
        "The offers that are stopped",
        listed,
        (Answer(200, "Each with the position from which on it is stopped", Body(Stops)),),
    ),
    Door(
        "POST",
        "/v1/offers/{id:path}/stop",
        "stop_offer",
        "publish",
        "Stop an offer at once, whatever is published; again it changes nothing",
        stop,
        (Answer(200, "No decision from this position on shows it", Body(OfferStanding)),),
        parameters=(_OFFER,),
        refusals=("offer_unknown",),
    ),
    Door(
        "POST",
        "/v1/offers/{id:path}/resume",
        "resume_offer",
        "publish",
        "End the stop of an offer; again it changes nothing",
        resume,
        (Answer(200, "It may be shown again", Body(OfferStanding)),),
        parameters=(_OFFER,),
        refusals=("offer_unknown",),
    ),
)
