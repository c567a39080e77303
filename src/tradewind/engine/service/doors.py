"""The doors of the service: each route declared once, served and documented from the same declaration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from tradewind.engine.service.engine import Engine
from tradewind.engine.wire import Scope

type Handler = Callable[[Engine, Request], Awaitable[Response]]


class Digits(IntegerConvertor):
    """A whole number in a path, `{name:digits}`, spelt in one way: two addresses for one thing would be two things to
    whatever stands between. No longer than 2**53 is, since Python reads only so many digits."""

    regex = "(?:0|[1-9][0-9]{0,15})"


register_url_convertor("digits", Digits())


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter outside the body; `type` is what msgspec derives its schema from."""

    name: str
    where: Literal["path", "query", "header"]
    type: Any
    says: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """One body a door takes or gives, in one media type."""

    type: Any
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door gives when all is well."""

    status: int
    says: str
    body: Body | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """One method on one path.

    `scope` None means open to everybody. `refusals` are the kinds of problems (see `problems.KINDS`)
    that this door adds to those that any door with a key or a body has. `waits` says that the door
    answers 503 until the engine has read its history. A `hot` door is found without the router: it is a POST
    whose path ends in its only parameter, if it has one.
    """

    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    name: str
    scope: Scope | None
    says: str
    handle: Handler
    answers: tuple[Answer, ...]
    takes: tuple[Body, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[str, ...] = ()
    waits: bool = True
    hot: bool = False

    @property
    def all_refusals(self) -> tuple[str, ...]:
        """Every kind of problem this door can answer with, its own and the common ones."""
        common: list[str] = []
        if self.scope is not None:
            common += ["key_missing", "key_unknown", "scope_missing"]
        if self.takes:
            common += ["body_too_large", "media_type_refused", "body_refused"]
        if any(parameter.where == "path" for parameter in self.parameters):
            common.append("route_unknown")
        common.append("parameter_refused")
        if self.waits:
            common += ["starting", "history_failed"]
        return (*common, *self.refusals)
