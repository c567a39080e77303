"""Predictors: what was learnt about an offer, as its tree of recipient profiles, and how that came about."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.core.instants import microseconds
from tradewind.engine.core.state import State
from tradewind.engine.service.changes import changes_of
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.jobs import Job
from tradewind.engine.service.learnt import predictor_view
from tradewind.engine.service.past import Past
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.service.queries import number
from tradewind.engine.wire import ExplanationProgress, Ident, Instant, PredictorChanges, PredictorView

MOST_CHANGES: Final = 1_000
DEFAULT_CHANGES: Final = 200

_encode = msgspec.json.Encoder().encode

_Position = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Limit = Annotated[int, Meta(ge=1, le=MOST_CHANGES)]


async def predictor(engine: Engine, request: Request) -> Response:
    offer = request.path_params["id"]
    if "position" not in request.query_params:
        return Response(_viewed(engine.state, offer), media_type="application/json")
    head = await engine.durable_head()
    position = number(request, "position", default=head, low=0, high=head)
    outcome = await engine.jobs.outcome(
        f"predictor/{position}/{offer}", partial(_then, engine.past, position, offer), of=position
    )  # fmt: skip
    if isinstance(outcome, Job):
        progress = ExplanationProgress(position=str(outcome.at), of=str(outcome.of))
        headers = {"Retry-After": "1"}
        return Response(_encode(progress), status_code=202, headers=headers, media_type="application/json")
    return Response(outcome, media_type="application/json")


async def changes(engine: Engine, request: Request) -> Response:
    found = await changes_of(
        engine,
        request.path_params["id"],
        since=_instant(request, "since"),
        until=_instant(request, "until"),
        after=number(request, "after", default=0, low=0, high=2**63 - 1),
        limit=number(request, "limit", default=DEFAULT_CHANGES, low=1, high=MOST_CHANGES),
    )
    if found is None:
        raise Refused("offer_unknown")
    return Response(_encode(found), media_type="application/json")


def _then(past: Past, position: int, offer: str, job: Job) -> bytes:
    """In the thread of the jobs: the tree as it was."""
    return _viewed(past.at(position, tell=job.tell), offer)


def _viewed(state: State, offer: str) -> bytes:
    view = predictor_view(state, offer)
    if view is None:
        raise Refused("offer_unknown")
    return _encode(view)


def _instant(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        return microseconds(msgspec.convert(text, Instant))
    except (msgspec.ValidationError, OverflowError) as error:
        message = "is an instant with an offset, such as 2026-03-01T09:30:00Z"
        raise one_fault("parameter_refused", path=f"/query/{name}", code="wrong_type", message=message) from error


_OFFER: Final = Parameter("id", "path", Ident, "the offer's id")

DOORS = (
    Door(
        "GET",
        "/v1/offers/{id:path}/predictor",
        "predictor",
        "read",
        "The profile tree of an offer's predictor, as it is now or was at a position",
        predictor,
        (
            Answer(200, "Counts, propensity and interval of each profile", Body(PredictorView)),
            Answer(202, "The state is still being rebuilt; ask again", Body(ExplanationProgress)),
        ),
        parameters=(_OFFER, Parameter("position", "query", _Position, "of the past (default: now)")),
        refusals=("offer_unknown", "too_busy"),
    ),
    Door(
        "GET",
        "/v1/offers/{id:path}/predictor/changes",
        "predictor_changes",
        "read",
        "How an offer's predictor came to its tree: splits, drifts and mergers, in order",
        changes,
        (Answer(200, "The changes, with their evidence", Body(PredictorChanges)),),
        parameters=(
            _OFFER,
            Parameter("since", "query", Instant, "only changes from this instant on"),
            Parameter("until", "query", Instant, "only changes before this instant"),
            Parameter("after", "query", _Position, "the position to go on from"),
            Parameter("limit", "query", _Limit, f"changes at most (default {DEFAULT_CHANGES})"),
        ),
        refusals=("offer_unknown",),
    ),
)
