"""Publications: everything a decision may use, checked and activated as a whole."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import bodies, publishing
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.problems import one_fault
from tradewind.engine.wire import Publication, PublicationNumber, PublicationReceipt, PublishedPublication

_encode = msgspec.json.Encoder().encode
_reader: Reader[Publication] = Reader(Publication)
_NUMBER = Parameter("number", "path", PublicationNumber, "the publication's number")


async def put(engine: Engine, request: Request) -> Response:
    document, value = await _document(request)
    number: int = request.path_params["number"]
    if document.number != number:
        raise one_fault(
            "body_refused",
            path="/number",
            code="number_mismatch",
            message=f"is {document.number}; the path says {number}",
        )
    receipt, is_new = await publishing.publish(engine, document, value)
    return Response(_encode(receipt), status_code=201 if is_new else 200, media_type="application/json")


async def validate(engine: Engine, request: Request) -> Response:
    document, value = await _document(request)
    return Response(_encode(await publishing.validate(engine, document, value)), media_type="application/json")


async def current(engine: Engine, request: Request) -> Response:
    return Response(await publishing.running(engine), media_type="application/json")


async def by_number(engine: Engine, request: Request) -> Response:
    return Response(await publishing.numbered(engine, request.path_params["number"]), media_type="application/json")


async def _document(request: Request) -> tuple[Publication, Any]:
    bodies.media_type(request, "application/json")
    return await bodies.message_and_value(_reader, await bodies.received(request))


DOORS = (
    Door(
        "POST",
        "/v1/publications/validate",
        "validate_publication",
        "publish",
        "The checks of a publication; nothing is stored",
        validate,
        (Answer(200, "It could be published", Body(PublicationReceipt)),),
        takes=(Body(Publication),),
    ),
    Door(
        "GET",
        "/v1/publications/current",
        "current_publication",
        "read",
        "The running publication, exactly as published, and its digest",
        current,
        (Answer(200, "The document", Body(PublishedPublication)),),
        refusals=("nothing_published",),
    ),
    Door(
        "PUT",
        "/v1/publications/{number:digits}",
        "publish",
        "publish",
        "Check a publication and activate it at one position",
        put,
        (
            Answer(201, "It runs", Body(PublicationReceipt)),
            Answer(200, "It was already published with the same content", Body(PublicationReceipt)),
        ),
        takes=(Body(Publication),),
        parameters=(_NUMBER,),
        refusals=("number_used", "route_unknown"),
    ),
    Door(
        "GET",
        "/v1/publications/{number:digits}",
        "publication",
        "read",
        "One publication, exactly as published, and its digest",
        by_number,
        (Answer(200, "The document", Body(PublishedPublication)),),
        parameters=(_NUMBER,),
        refusals=("publication_unknown", "route_unknown"),
    ),
)
