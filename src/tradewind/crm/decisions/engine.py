"""The one client of the engine: typed messages, a total deadline, no redirects, one retry of calls that bear it.

Every call of ours bears a retry: reads change nothing, publications are known by number, events and responses by id.
What goes wrong is one of two exceptions: EngineUnavailable (ask again later) and EngineRefused (it will stay refused).
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlencode

import msgspec
import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TooSlow

from tradewind.engine import wire

ASK_SECONDS: Final = 1.0
"""How long an agent waits for offers at most, before the standing offers come."""
READ_SECONDS: Final = 2.0
PAST_SECONDS: Final = 5.0
"""The engine itself waits two seconds for a state of the past before it says how far it has come."""
VALIDATE_SECONDS: Final = 5.0
"""A page waits for the check; beyond this the engine counts as away."""
STOP_SECONDS: Final = 5.0
"""Whoever stops an offer would rather know than go on; beyond this the stop is kept for when the engine answers."""
PUBLISH_SECONDS: Final = 30.0
LARGEST_ANSWER: Final = 32 * 1024 * 1024
SOURCE: Final = "tradewind-crm"
KEY_PROBLEMS: Final = frozenset({401, 403})
LATER: Final = frozenset({429})

Why = Literal["away", "slow", "refused"]


class EngineUnavailable(Exception):  # noqa: N818  (says what is, not that something failed)
    """No answer that could be used: the engine is away, late or busy (`kind` is its word), or does not know our key."""

    def __init__(self, why: Why, detail: str, *, elapsed_ms: float = 0.0, kind: str = "") -> None:
        super().__init__(detail)
        self.why = why
        self.kind = kind
        self.detail = detail
        self.elapsed_ms = elapsed_ms


class EngineRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The engine understood and said no; `faults` say where."""

    def __init__(self, status: int, kind: str, detail: str, faults: Sequence[wire.Fault] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Asked:
    answer: wire.EventAnswer
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Checked:
    faults: tuple[wire.Fault, ...] = ()
    warnings: tuple[wire.Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """A pool of connections to one engine, with the key that the CRM holds there."""

    url: str
    key: str = field(repr=False)
    """Left out of the repr, which error pages and traces print."""
    ask_seconds: float = ASK_SECONDS
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(num_pools=2, maxsize=16, retries=False), repr=False, compare=False
    )

    # ------------------------------------------------------------ publications

    def publish(self, document: dict[str, Any]) -> wire.PublicationReceipt:
        reply = self._call("PUT", f"/v1/publications/{document['number']}", document, seconds=PUBLISH_SECONDS)
        return _read(reply, wire.PublicationReceipt)

    def validate(self, document: dict[str, Any]) -> Checked:
        """What the engine would say to the document; faults are what it would refuse it for."""
        try:
            reply = self._call("POST", "/v1/publications/validate", document, seconds=VALIDATE_SECONDS)
        except EngineRefused as refused:
            if refused.faults:
                return Checked(faults=refused.faults)
            raise
        return Checked(warnings=tuple(_read(reply, wire.PublicationReceipt).warnings))

    def current(self) -> dict[str, Any] | None:
        """The running document with its `digest`, or None where nothing has been published."""
        try:
            reply = self._call("GET", "/v1/publications/current", seconds=VALIDATE_SECONDS)
        except EngineRefused as refused:
            if refused.status == 404:
                return None
            raise
        document: dict[str, Any] = _read(reply, dict[str, Any])
        return document

    def what_if(self, document: dict[str, Any], *, margin: float) -> wire.WhatIf:
        """Asks what a draft would have brought since the running publication was activated; the answer comes later."""
        body = {"publication": document, "margin": margin}
        return _read(self._call("POST", "/v1/what-if", body, seconds=VALIDATE_SECONDS), wire.WhatIf)

    def supposed(self, question: str) -> wire.WhatIf:
        """How far a question is, and in the end its result."""
        return _read(self._call("GET", f"/v1/what-if/{question}", seconds=READ_SECONDS), wire.WhatIf)

    def stops(self) -> wire.Stops:
        return _read(self._call("GET", "/v1/stops", seconds=READ_SECONDS), wire.Stops)

    def stop(self, offer: str) -> wire.OfferStanding:
        """From the position of the answer on, no decision shows the offer."""
        return _read(self._call("POST", f"/v1/offers/{offer}/stop", seconds=STOP_SECONDS), wire.OfferStanding)

    def resume(self, offer: str) -> wire.OfferStanding:
        return _read(self._call("POST", f"/v1/offers/{offer}/resume", seconds=STOP_SECONDS), wire.OfferStanding)

    def check(self, expression: str, groups: list[wire.ConditionGroup]) -> wire.ConditionReport:
        body = wire.ConditionCheck(expression=expression, condition_groups=groups)
        return _read(self._call("POST", "/v1/conditions/check", body, seconds=READ_SECONDS), wire.ConditionReport)

    # ------------------------------------------------------------ decisions

    def ask(self, event: str, call: wire.EventCall, *, occurred_at: datetime | None = None) -> Asked:
        """Runs an event. With `occurred_at` it is a past one, sent as a CloudEvent with its time."""
        body: wire.EventCall | wire.CloudEvent = call
        content_type = "application/json"
        if occurred_at is not None:
            body, content_type = _enveloped(event, call, occurred_at), "application/cloudevents+json"
        reply = self._call("POST", f"/v1/events/{event}", body, seconds=self.ask_seconds, content_type=content_type)
        return Asked(_read(reply, wire.EventAnswer), reply.elapsed_ms)

    def respond(self, responses: Sequence[wire.Response]) -> wire.ResponseReceipt:
        reply = self._call("POST", "/v1/responses", list(responses), seconds=READ_SECONDS)
        return _read(reply, wire.ResponseReceipt)

    def predictor(self, offer: str) -> wire.PredictorView:
        return _read(self._call("GET", f"/v1/offers/{offer}/predictor", seconds=READ_SECONDS), wire.PredictorView)

    def predictor_at(self, offer: str, position: str) -> wire.PredictorView | wire.ExplanationProgress:
        """The predictor as it was, or how far the engine has come with finding out."""
        path = f"/v1/offers/{offer}/predictor?{urlencode({'position': position})}"
        reply = self._call("GET", path, seconds=PAST_SECONDS)
        if reply.status == 202:
            return _read(reply, wire.ExplanationProgress)
        return _read(reply, wire.PredictorView)

    def predictor_changes(self, offer: str, *, before: str, limit: int) -> wire.PredictorChanges:
        """The newest changes before a position; all that there are up to now where that is empty."""
        asked = {"order": "newest", "limit": str(limit)} | ({"before": before} if before else {})
        reply = self._call("GET", f"/v1/offers/{offer}/predictor/changes?{urlencode(asked)}", seconds=READ_SECONDS)
        return _read(reply, wire.PredictorChanges)

    def health(self) -> wire.Health:
        return _read(self._call("GET", "/health/ready", seconds=READ_SECONDS), wire.Health)

    # ------------------------------------------------------------ the wire

    def _call(
        self, method: str, path: str, body: Any = None, *, seconds: float, content_type: str = "application/json"
    ) -> Reply:
        sent = None if body is None else msgspec.json.encode(body)
        began = time.monotonic()
        reply = self._sent_once_or_twice(method, path, sent, content_type, ends=began + seconds, began=began)
        if reply.status < 300:
            return reply
        raise _refusal(reply)

    def _sent_once_or_twice(
        self, method: str, path: str, sent: bytes | None, content_type: str, *, ends: float, began: float
    ) -> Reply:
        """A kept connection may have died while it rested, so one loss is repeated at once, within the deadline."""
        for is_last in (False, True):
            try:
                return self._send(method, path, sent, content_type, ends=ends, began=began)
            except NewConnectionError as error:  # urllib3 counts it among those that are too slow
                raise EngineUnavailable("away", str(error), elapsed_ms=_since(began)) from error
            except TooSlow as error:
                raise EngineUnavailable("slow", str(error), elapsed_ms=_since(began)) from error
            except (HTTPError, OSError) as error:
                if is_last or time.monotonic() >= ends:
                    raise EngineUnavailable("away", str(error), elapsed_ms=_since(began)) from error
        raise AssertionError("the second try returns or raises")

    def _send(
        self, method: str, path: str, sent: bytes | None, content_type: str, *, ends: float, began: float
    ) -> Reply:
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        if sent is not None:
            headers["Content-Type"] = content_type
        response = self.pool.request(
            method,
            f"{self.url}{path}",
            body=sent,
            headers=headers,
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=urllib3.Timeout(total=max(ends - time.monotonic(), 0.001)),
        )
        try:
            body = _drained(response, ends=ends)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Reply(response.status, body, _since(began))


@functools.cache
def _engine_at(url: str, key: str) -> Engine:
    return Engine(url.rstrip("/"), key)


def the_engine() -> Engine:
    """The engine named by the settings; its connections are kept as long as the process lives."""
    return _engine_at(settings.TRADEWIND_ENGINE_URL, settings.TRADEWIND_ENGINE_KEY)


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000.0


def _drained(response: urllib3.BaseHTTPResponse, *, ends: float) -> bytes:
    """The whole body, unless it comes too slowly or is too large to be an answer of ours."""
    parts = bytearray()
    while part := response.read1(65_536):  # one read of the socket at a time, so that the clock is looked at
        parts += part
        if time.monotonic() > ends:
            raise TooSlow("the answer did not end in time")
        if len(parts) > LARGEST_ANSWER:
            raise HTTPError("the answer is too large")
    return bytes(parts)


def _enveloped(event: str, call: wire.EventCall, occurred_at: datetime) -> wire.CloudEvent:
    """A past event; its own id moves into the envelope, where CloudEvents keeps it."""
    return wire.CloudEvent(
        specversion="1.0",
        id=call.id or "",
        source=SOURCE,
        type=event,
        time=occurred_at,
        data=msgspec.structs.replace(call, id=None),
    )


def _read[T](reply: Reply, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(reply.body, type=type_)
    except msgspec.DecodeError as error:
        raise EngineUnavailable("away", f"its answer cannot be read: {error}", elapsed_ms=reply.elapsed_ms) from error


def _refusal(reply: Reply) -> EngineUnavailable | EngineRefused:
    try:
        problem = msgspec.json.decode(reply.body, type=wire.Problem)
    except msgspec.DecodeError:
        problem = wire.Problem(type="about:blank", title=f"HTTP {reply.status}", status=reply.status)
    said = problem.detail or problem.title
    if reply.status in KEY_PROBLEMS:
        return EngineUnavailable("refused", said, elapsed_ms=reply.elapsed_ms)
    kind = problem.type.rpartition(":")[2]
    if reply.status in LATER or reply.status >= 500:
        return EngineUnavailable("slow", said, elapsed_ms=reply.elapsed_ms, kind=kind)
    if reply.status < 400:
        return EngineUnavailable("away", f"it answered with a redirect ({reply.status})", elapsed_ms=reply.elapsed_ms)
    return EngineRefused(reply.status, kind, said, problem.errors)
