"""Refusals as RFC 9457 problem documents: one exception, one shape, a closed list of kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from starlette.responses import Response

from tradewind.engine.wire import Fault, Problem


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem: its name is the last part of the document's `type`."""

    name: str
    status: int
    title: str


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("key_missing", 401, "A key is needed"),
        Kind("key_unknown", 401, "This key is not known"),
        Kind("scope_missing", 403, "The key does not have the scope"),
        Kind("route_unknown", 404, "There is nothing here"),
        Kind("event_unknown", 404, "The running publication does not declare this event"),
        Kind("offer_unknown", 404, "The running publication has no such offer"),
        Kind("customer_unknown", 404, "Nothing is known of this customer"),
        Kind("decision_unknown", 404, "This engine made no such decision"),
        Kind("publication_unknown", 404, "No publication has this number"),
        Kind("nothing_published", 404, "Nothing has been published yet"),
        Kind("what_if_unknown", 404, "No such question is remembered"),
        Kind("method_refused", 405, "This route does not take the method"),
        Kind("number_used", 409, "The number is used"),
        Kind("alias_refused", 409, "The customers cannot be joined"),
        Kind("body_too_large", 413, "The body is too large"),
        Kind("media_type_refused", 415, "The body's media type is not taken here"),
        Kind("body_refused", 422, "The body is refused"),
        Kind("parameter_refused", 422, "A parameter is refused"),
        Kind("id_used", 422, "The id was used with another body"),
        Kind("response_refused", 422, "The response is refused"),
        Kind("too_busy", 429, "Too many calls are waiting"),
        Kind("failed", 500, "The engine failed"),
        Kind("starting", 503, "The engine is starting"),
        Kind("behind", 503, "The engine has not reached the position"),
        Kind("history_failed", 503, "The history or its vault cannot be written; the engine is ending"),
    )
}

_encode = msgspec.json.Encoder().encode


class Refused(Exception):  # noqa: N818 - a refusal, named for what happened
    """The call is refused and nothing is stored. Raised anywhere in the service, answered by the app."""

    def __init__(
        self,
        kind: str,
        detail: str | None = None,
        *,
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self.kind = KINDS[kind]
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def document(self) -> Problem:
        return Problem(
            type=f"urn:tradewind:problem:{self.kind.name}",
            title=self.kind.title,
            status=self.kind.status,
            detail=self.detail,
            errors=self.errors,
        )

    def response(self) -> Response:
        return Response(
            _encode(self.document()),
            status_code=self.kind.status,
            headers=self.headers,
            media_type="application/problem+json",
        )


def one_fault(kind: str, *, path: str, code: str, message: str) -> Refused:
    """A refusal for a single thing wrong at one place of the body."""
    return Refused(kind, message, errors=[Fault(path=path, code=code, message=message)])
