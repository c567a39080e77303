"""Agents: what each of them adds to the offers that they sell."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.core.predictors.agents import MOST
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.effects import agents_view
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.queries import number
from tradewind.engine.wire import AgentsView

MOST_AGENTS: Final = 1_000
DEFAULT_AGENTS: Final = 200

_encode = msgspec.json.Encoder().encode

_After = Annotated[int, Meta(ge=0, le=MOST + 1)]
_Limit = Annotated[int, Meta(ge=1, le=MOST_AGENTS)]


async def agents(engine: Engine, request: Request) -> Response:
    view = agents_view(
        engine.state,
        after=number(request, "after", default=0, low=0, high=MOST + 1),
        limit=number(request, "limit", default=DEFAULT_AGENTS, low=1, high=MOST_AGENTS),
    )
    return Response(_encode(view), media_type="application/json")


DOORS = (
    Door(
        "GET",
        "/v1/agents",
        "agents",
        "read",
        "What each agent adds to the offers that they sell, in the order in which history first had them",
        agents,
        (Answer(200, "Observed and expected acceptances, the effect and its interval", Body(AgentsView)),),
        parameters=(
            Parameter("after", "query", _After, "so many are passed over (default 0)"),
            Parameter("limit", "query", _Limit, f"agents at most (default {DEFAULT_AGENTS})"),
        ),
    ),
)
