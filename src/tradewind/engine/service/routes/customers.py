"""Customers: what they consent to."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import bodies, consenting
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.problems import one_fault
from tradewind.engine.wire import ConsentChanges, CustomerReceipt, Ident

_JSON = "application/json"
_LONGEST = 128
_encode = msgspec.json.Encoder().encode
_consents: Reader[ConsentChanges] = Reader(ConsentChanges)
_CUSTOMER = Parameter("id", "path", Ident, "the customer's id, as events name it")


async def put_consents(engine: Engine, request: Request) -> Response:
    customer = _customer(request)
    bodies.media_type(request, _JSON)
    body = await bodies.message(_consents, await bodies.received(request))
    return _answer(await consenting.change(engine, customer, body))


def _customer(request: Request) -> str:
    customer: str = request.path_params["id"]
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
)
