"""Alive, ready, measured."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service.doors import Answer, Body, Door
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.metrics import CONTENT_TYPE
from tradewind.engine.wire import Health

_encode = msgspec.json.Encoder().encode


async def live(engine: Engine, request: Request) -> Response:
    return Response(_encode({"status": "ok"}), media_type="application/json")


async def ready(engine: Engine, request: Request) -> Response:
    health = engine.health()
    status = 200 if health.status == "ok" else 503
    return Response(_encode(health), status_code=status, media_type="application/json")


async def metrics(engine: Engine, request: Request) -> Response:
    return Response(engine.metrics.page(), media_type=CONTENT_TYPE)


DOORS = (
    Door(
        "GET",
        "/health/live",
        "live",
        None,
        "The process answers",
        live,
        (Answer(200, "It does", Body(Health)),),
        waits=False,
    ),
    Door(
        "GET",
        "/health/ready",
        "ready",
        None,
        "The engine has read its history and takes calls",
        ready,
        (Answer(200, "It does", Body(Health)), Answer(503, "It is starting or ending", Body(Health))),
        waits=False,
    ),
    Door(
        "GET",
        "/metrics",
        "metrics",
        "read",
        "Counts and times for Prometheus",
        metrics,
        (Answer(200, "Text exposition format", Body(str, "text/plain")),),
        waits=False,
    ),
)
