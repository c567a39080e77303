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
from tradewind.engine.service.changes import LAST, SORTS, Asked, changes_of
from tradewind.engine.service.doors import Answer, Body, Door, Parameter
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.jobs import Job
from tradewind.engine.service.learnt import predictor_view
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.service.queries import number
from tradewind.engine.service.views import stops
from tradewind.engine.wire import ExplanationProgress, Ident, Instant, PredictorChanges, PredictorView

MOST_CHANGES: Final = 1_000
DEFAULT_CHANGES: Final = 200
ORDERS: Final = ("oldest", "newest")

_encode = msgspec.json.Encoder().encode

_Position = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Limit = Annotated[int, Meta(ge=1, le=MOST_CHANGES)]
_TYPE = f"({'|'.join(SORTS)})"
_Types = Annotated[str, Meta(pattern=rf"^{_TYPE}(,{_TYPE})*$(?!\n)")]
_Order = Annotated[str, Meta(pattern=rf"^({'|'.join(ORDERS)})$(?!\n)")]


async def predictor(engine: Engine, request: Request) -> Response:
    offer = request.path_params["id"]
    if "position" not in request.query_params:
        return Response(_viewed(engine.state, offer), media_type="application/json")
    head = await engine.durable_head()
    position = number(request, "position", default=head, low=0, high=head)
    found = engine.views.find(offer, position)
    if found is not None:
        return Response(found, media_type="application/json")
    if position == engine.head:
        return Response(_viewed(engine.state, offer), media_type="application/json")
    passed = stops(engine.state.chronicle.of(offer), position)
    work = partial(_then, engine, position, offer, passed)
    outcome = await engine.jobs.outcome(f"predictor/{position}/{offer}", work, of=position)
    if isinstance(outcome, Job):
        progress = ExplanationProgress(position=str(outcome.at), of=str(outcome.of))
        headers = {"Retry-After": "1"}
        return Response(_encode(progress), status_code=202, headers=headers, media_type="application/json")
    return Response(outcome, media_type="application/json")


async def changes(engine: Engine, request: Request) -> Response:
    asked = Asked(
        since=_instant(request, "since"),
        until=_instant(request, "until"),
        after=number(request, "after", default=0, low=0, high=LAST),
        before=number(request, "before", default=LAST, low=0, high=LAST),
        sorts=_sorts(request),
        newest=_is_newest_first(request),
        limit=number(request, "limit", default=DEFAULT_CHANGES, low=1, high=MOST_CHANGES),
    )
    found = await changes_of(engine, request.path_params["id"], asked)
    if found is None:
        raise Refused("offer_unknown")
    return Response(_encode(found), media_type="application/json")


def _then(engine: Engine, position: int, offer: str, passed: frozenset[int], job: Job) -> bytes:
    """In the thread of the jobs: the tree as it was, and those that the fold to it passes, which are asked for next."""

    def look(state: State) -> None:
        view = predictor_view(state, offer)
        if view is not None:
            engine.views.keep(offer, state.position, _encode(view))

    view = _viewed(engine.past.at(position, tell=job.tell, stops=passed, look=look), offer)
    engine.views.keep(offer, position, view)
    return view


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


def _sorts(request: Request) -> frozenset[int]:
    text = request.query_params.get("types")
    names = list(SORTS) if text is None else text.split(",")
    if not set(names) <= SORTS.keys():
        message = f"is a list with commas of {', '.join(SORTS)}"
        raise one_fault("parameter_refused", path="/query/types", code="not_one_of", message=message)
    return frozenset(SORTS[name] for name in names)


def _is_newest_first(request: Request) -> bool:
    order = request.query_params.get("order", ORDERS[0])
    if order not in ORDERS:
        message = f"is one of {', '.join(ORDERS)}"
        raise one_fault("parameter_refused", path="/query/order", code="not_one_of", message=message)
    return order == "newest"


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
        "How an offer's predictor came to what it is: splits, drifts, mergers, and scorers grown again, in order",
        changes,
        (Answer(200, "The changes, with their evidence", Body(PredictorChanges)),),
        parameters=(
            _OFFER,
            Parameter("since", "query", Instant, "only changes from this instant on"),
            Parameter("until", "query", Instant, "only changes before this instant"),
            Parameter("after", "query", _Position, "the position to go on from"),
            Parameter("before", "query", _Position, "the position to go back from"),
            Parameter("types", "query", _Types, "only changes of these types, with commas"),
            Parameter("order", "query", _Order, "whether the oldest or the newest come first (default oldest)"),
            Parameter("limit", "query", _Limit, f"changes at most (default {DEFAULT_CHANGES})"),
        ),
        refusals=("offer_unknown",),
    ),
)
