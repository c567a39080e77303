"""Events: a touchpoint calls, the engine decides. A hot door: plain Starlette, msgspec, no second validation."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service import batching, bodies, calls, cloudevents, deciding
from tradewind.engine.service.cloudevents import STRUCTURED, Arrived
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.ndjson import NDJSON, Conversation
from tradewind.engine.service.preparing import Asked
from tradewind.engine.service.replies import JsonReply
from tradewind.engine.wire import (
    BatchCall,
    BatchLine,
    CloudEvent,
    EventAnswer,
    EventCall,
    Ident,
    Instant,
    Name,
    SpecVersion,
)

_JSON = "application/json"
_envelope: Reader[CloudEvent] = Reader(CloudEvent)


async def run(engine: Engine, request: Request) -> Response:
    began = time.perf_counter()
    name: str = request.path_params["name"]
    arrived = await _arrived(request, name)
    asked = Asked.of(name, arrived.call, occurred_at=arrived.occurred_at, began=began, text=arrived.text)
    return JsonReply(await deciding.run(engine, asked))


async def run_batch(engine: Engine, request: Request) -> Response:
    bodies.media_type(request, NDJSON)
    engine.admit()
    return Conversation(partial(batching.hold, engine, request))


async def _arrived(request: Request, name: str) -> Arrived:
    if bodies.media_type(request, _JSON, STRUCTURED) == STRUCTURED:
        envelope = await bodies.message(_envelope, await bodies.received(request))
        return cloudevents.from_envelope(envelope, name=name)
    call, text = await calls.read(await bodies.received(request))
    if any(name.startswith(b"ce-") for name, _ in request.scope["headers"]):
        return cloudevents.from_headers(request.scope["headers"], call, name=name)
    return Arrived(call, text=text)


def _header(name: str, type: Any, says: str) -> Parameter:
    return Parameter(f"ce-{name}", "header", type, says)


RUN: Final = Door(
    "POST",
    "/v1/events/{name}",
    "run_event",
    "decide",
    "Run a declared event; the answer holds the decision of its `decide` action",
    run,
    (Answer(200, "The answer; the same id again gives the same bytes", Body(EventAnswer)),),
    takes=(Body(EventCall), Body(CloudEvent, STRUCTURED)),
    parameters=(
        Parameter("name", "path", Name, "the event's name"),
        _header("specversion", SpecVersion, "1.0; any `ce-` header makes the call a binary CloudEvent"),
        _header("id", Ident, "with `ce-source` the call's id"),
        _header("source", Ident, "where the event comes from"),
        _header("type", Name, "the event's name, as in the path"),
        _header("time", Instant, "when it happened; at most 5 minutes ahead"),
    ),
    hot=True,
    refusals=(
        "nothing_published",
        "event_unknown",
        "id_used",
        "too_busy",
        "behind",
        "decision_unknown",
        "offer_unknown",
        "response_refused",
    ),
)

DOORS = (
    RUN,
    Door(
        "POST",
        "/v1/decide-batch",
        "decide_batch",
        "decide",
        "Run many events: a call a line in, an answer or a problem a line out, while lines are still coming in",
        run_batch,
        (Answer(200, "Answers in the order of the calls, progress between them, a summary", Body(BatchLine, NDJSON)),),
        takes=(Body(BatchCall, NDJSON),),
        refusals=("too_busy",),
    ),
)
