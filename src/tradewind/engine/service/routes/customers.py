"""Customers: what they consent to, who they turned out to be, and their right to see and to be forgotten."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tradewind.engine.service import bodies, consenting, erasing, exporting, joining
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.ndjson import NDJSON
from tradewind.engine.service.problems import one_fault
from tradewind.engine.wire import Alias, ConsentChanges, CustomerReceipt, ExportLine, Ident

_JSON = "application/json"
_LONGEST = 128
_encode = msgspec.json.Encoder().encode
_consents: Reader[ConsentChanges] = Reader(ConsentChanges)
_alias: Reader[Alias] = Reader(Alias)
_CUSTOMER = Parameter("id", "path", Ident, "the customer's id, as events name it")


async def put_consents(engine: Engine, request: Request) -> Response:
    customer = _customer(request)
    bodies.media_type(request, _JSON)
    body = await bodies.message(_consents, await bodies.received(request))
    return _answer(await consenting.change(engine, customer, body))


async def add_alias(engine: Engine, request: Request) -> Response:
    customer = _customer(request)
    bodies.media_type(request, _JSON)
    body = await bodies.message(_alias, await bodies.received(request))
    return _answer(await joining.join(engine, customer, body))


async def export(engine: Engine, request: Request) -> Response:
    lines = await exporting.export(engine, _customer(request))
    return StreamingResponse(lines, media_type=NDJSON)


async def erase(engine: Engine, request: Request) -> Response:
    return _answer(await erasing.erase(engine, _customer(request)))


def _customer(request: Request) -> str:
    customer: str = request.path_params["id"]
    try:
        unquote_to_bytes(request.scope["raw_path"]).decode()
    except UnicodeDecodeError:  # decoded all the same, different customers would have one id
        raise one_fault("parameter_refused", path="/path/id", code="malformed", message="is not UTF-8") from None
    if not 1 <= len(customer) <= _LONGEST:
        message = f"has 1 to {_LONGEST} letters"
        raise one_fault("parameter_refused", path="/path/id", code="wrong_length", message=message)
    return customer


def _answer(receipt: CustomerReceipt) -> Response:
    return Response(_encode(receipt), media_type=_JSON)


DOORS = (
    Door(
        "PUT",
        "/v1/customers/{id:path}/consents",
        "change_consents",
        "decide",
        "Record consent and objection per purpose and channel; the next decision obeys",
        put_consents,
        (Answer(200, "Durable; the same id and body again change nothing", Body(CustomerReceipt)),),
        takes=(Body(ConsentChanges),),
        parameters=(_CUSTOMER,),
        refusals=("id_used", "too_busy"),
    ),
    Door(
        "POST",
        "/v1/customers/{id:path}/aliases",
        "add_alias",
        "decide",
        "Say that somebody known by another id is this customer; whatever counted for either counts for both",
        add_alias,
        (Answer(200, "Durable; what is joined already stays so", Body(CustomerReceipt)),),
        takes=(Body(Alias),),
        parameters=(_CUSTOMER,),
        refusals=("alias_refused", "id_used", "too_busy"),
    ),
    Door(
        "GET",
        "/v1/customers/{id:path}",
        "export_customer",
        "admin",
        "Everything that is known of a customer, under all their ids, decrypted",
        export,
        (Answer(200, "One JSON object a line; the export is whole if the last is an `end`", Body(ExportLine, NDJSON)),),
        parameters=(_CUSTOMER,),
        refusals=("customer_unknown",),
    ),
    Door(
        "DELETE",
        "/v1/customers/{id:path}",
        "erase_customer",
        "admin",
        "Forget a customer, under all their ids: nobody can read any more who history is about",
        erase,
        (Answer(200, "The keys are gone", Body(CustomerReceipt)),),
        parameters=(_CUSTOMER,),
        refusals=("customer_unknown", "too_busy"),
    ),
)
