"""The peer: decodes a typed body, encodes a typed answer, does nothing in between."""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Call(msgspec.Struct):
    session: str
    customer: str
    channel: str
    attributes: dict[str, Any]


_decoder = msgspec.json.Decoder(Call)
_encoder = msgspec.json.Encoder()
_answer: Any = msgspec.json.decode(os.environ["ECHO_ANSWER"])


async def echo(request: Request) -> Response:
    _decoder.decode(await request.body())
    return Response(_encoder.encode(_answer), media_type="application/json")


async def ready(request: Request) -> Response:
    return Response(b"ok")


app = Starlette(routes=[Route("/v1/events/asked", echo, methods=["POST"]), Route("/health/ready", ready)])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
