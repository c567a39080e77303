"""History as a feed: newline-delimited JSON, resumable by position, decrypted as it is read."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tradewind.engine.service import feed
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.ndjson import NDJSON
from tradewind.engine.service.problems import one_fault
from tradewind.engine.service.queries import number
from tradewind.engine.wire import HistoryLine

MAX_LINES: Final = 100_000
DEFAULT_LINES: Final = 10_000

_After = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Limit = Annotated[int, Meta(ge=1, le=MAX_LINES)]
_TYPE = f"({'|'.join(feed.TYPES)})"
_Types = Annotated[str, Meta(pattern=rf"^{_TYPE}(,{_TYPE})*$(?!\n)")]


async def read(engine: Engine, request: Request) -> Response:
    after = number(request, "after", default=0, low=0, high=2**63 - 1)
    limit = number(request, "limit", default=DEFAULT_LINES, low=1, high=MAX_LINES)
    types = _types(request)
    up_to = await engine.durable_head()
    lines = feed.lines(engine, after=after, up_to=up_to, limit=limit, types=types)
    return StreamingResponse(lines, media_type=NDJSON, headers={"Tradewind-Position": str(up_to)})


def _types(request: Request) -> frozenset[str]:
    text = request.query_params.get("types")
    asked = frozenset(feed.TYPES) if text is None else frozenset(text.split(","))
    if not asked <= feed.TYPES.keys():
        message = f"is a list with commas of {', '.join(sorted(feed.TYPES))}"
        raise one_fault("parameter_refused", path="/query/types", code="not_one_of", message=message)
    return asked


DOORS = (
    Door(
        "GET",
        "/v1/history",
        "history",
        "read",
        "What happened, in order, from a position on",
        read,
        (Answer(200, "One JSON object a line; the last line's position resumes the feed", Body(HistoryLine, NDJSON)),),
        parameters=(
            Parameter("after", "query", _After, "the position to go on from (0: from the start)"),
            Parameter("limit", "query", _Limit, f"lines at most (default {DEFAULT_LINES})"),
            Parameter("types", "query", _Types, "only these types of line, with commas"),
        ),
    ),
)
