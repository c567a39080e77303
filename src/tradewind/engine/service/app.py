"""The ASGI application: doors behind keys, refusals as problems, documentation without a network.

FastAPI is the frame (routing, /docs); every door is a plain Starlette route inside it, because the
schema comes from the msgspec structs and not from function signatures, and because the hot doors
must not pay for a second validation.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tradewind.engine.service.doors import Door
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.openapi import document
from tradewind.engine.service.problems import Refused, one_fault
from tradewind.engine.service.replies import header
from tradewind.engine.service.routes import DOORS

log = logging.getLogger("tradewind.engine")

_CLOSED: Final = "default-src 'none'; frame-ancestors 'none'"
CLOSED_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", _CLOSED.encode()),
)
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

_SILENT: Final = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)
"""The framework's own telemetry: off, so that no variable of the environment can send calls elsewhere."""

type Endpoint = Callable[[Request], Awaitable[Response]]


def build(engine: Engine) -> ASGIApp:
    """The application over one engine; its lifespan starts and closes that engine."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> Any:
        engine.open()
        try:
            yield
        finally:
            await engine.close()

    app = FastAPIOffline(
        title="Tradewind engine",
        version=version("tradewind"),
        redoc_url=None,
        redirect_slashes=False,  # a door has one address
        lifespan=lifespan,
        telemetry=_SILENT,
        exception_handlers={HTTPException: _not_served, Exception: _failed},
    )
    described = document(DOORS, version=app.version)
    app.openapi = lambda: described  # type: ignore[method-assign]  # as FastAPI documents it
    endpoints = {path: _endpoint(engine, doors) for path, doors in _by_path().items()}
    app.router.routes[:0] = [_route(path, endpoints[path], doors) for path, doors in _by_path().items()]
    return HotDoors(SafeHeaders(app), {door.path: endpoints[door.path] for door in DOORS if door.hot})


def _route(path: str, endpoint: Endpoint, doors: Mapping[str, Door]) -> Route:
    """A line end in a path is part of a name like any other letter: Starlette's own `$` and `.` pass one over, and
    whoever erased the customer `c` and a line end would have erased `c`."""
    route = Route(path, endpoint, methods=list(doors), include_in_schema=False)
    route.path_regex = re.compile(route.path_regex.pattern.removesuffix("$") + r"\Z", re.DOTALL)
    return route


def _by_path() -> dict[str, dict[str, Door]]:
    by_path: dict[str, dict[str, Door]] = {}
    for door in DOORS:
        by_path.setdefault(door.path, {})[door.method] = door
    return by_path


def _endpoint(engine: Engine, doors: dict[str, Door]) -> Endpoint:
    """One path: finds the door by method, checks the key, counts the answer."""
    if "GET" in doors:
        doors = {**doors, "HEAD": doors["GET"]}
    known = {door.name: frozenset(p.name for p in door.parameters if p.where == "query") for door in doors.values()}
    answered = engine.metrics.answered

    async def endpoint(request: Request) -> Response:
        began = time.perf_counter()
        door = doors[request.method]
        status = 500
        try:
            if door.scope is not None:
                _check_key(engine, request, door.scope)
            if door.waits and not engine.is_ready:
                raise Refused("history_failed" if engine.failure else "starting", headers={"Retry-After": "1"})
            if request.scope["query_string"]:
                _check_query(request, known[door.name])
            response = await door.handle(engine, request)
            status = response.status_code
            return response
        except Refused as refused:
            status = refused.kind.status
            return refused.response()
        except ClientDisconnect:
            status = 400
            return Response(status_code=status)  # nobody is there to read it
        except Exception:
            log.exception("%s failed", door.name)  # neither body nor headers: they name customers and keys
            return Refused("failed").response()
        finally:
            answered(door.name, status, time.perf_counter() - began)

    return endpoint


def _check_key(engine: Engine, request: Request, scope: str) -> None:
    given = header(request, b"authorization")
    if not given:
        raise Refused("key_missing", headers={"WWW-Authenticate": "Bearer"})
    scheme, _, token = given.partition(" ")
    scopes = engine.keys.scopes_of(token.strip()) if scheme.lower() == "bearer" else None
    if scopes is None:
        raise Refused("key_unknown", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    if scope not in scopes:
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise Refused("scope_missing", f"scope {scope} is needed", headers={"WWW-Authenticate": challenge})


def _check_query(request: Request, known: frozenset[str]) -> None:
    given: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            raise _refused_parameter(name, "unknown_field", f"{name[:80]} is not taken here")
        if name in given:
            raise _refused_parameter(name, "duplicate_key", f"{name} is given twice")
        given.add(name)


def _refused_parameter(name: str, code: str, message: str) -> Refused:
    return one_fault("parameter_refused", path=f"/query/{name}", code=code, message=message)


async def _not_served(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 405:
        allow = (error.headers or {}).get("Allow", "") if isinstance(error, HTTPException) else ""
        return Refused("method_refused", headers={"Allow": allow}).response()
    return Refused("route_unknown").response()


async def _failed(request: Request, error: Exception) -> Response:
    return Refused("failed").response()  # of the pages around the doors; the server logs the error


class HotDoors:
    """Goes straight to the doors that most calls are for; every other call takes the way through the router."""

    def __init__(self, app: ASGIApp, endpoints: Mapping[str, Endpoint]) -> None:
        self._app = app
        self._exact = {path: endpoint for path, endpoint in endpoints.items() if "{" not in path}
        self._named: dict[str, tuple[str, Endpoint]] = {}
        for path, endpoint in endpoints.items():
            if "{" in path:
                start, _, parameter = path.partition("{")
                self._named[start] = (parameter.rstrip("}"), endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._found(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        response = await endpoint(Request(scope, receive))
        headers = [*response.raw_headers, *CLOSED_HEADERS]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    def _found(self, scope: Scope) -> Endpoint | None:
        path: str = scope["path"]
        endpoint = self._exact.get(path)
        if endpoint is not None:
            return endpoint
        end = path.rfind("/") + 1
        named = self._named.get(path[:end])
        if named is None or end == len(path):
            return None
        parameter, endpoint = named
        scope["path_params"] = {parameter: path[end:]}
        return endpoint


class SafeHeaders:
    """Every answer forbids sniffing, framing and caching; /docs may run what it ships and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith("/docs"):
            await self._app(scope, receive, _documentation(send))
        else:

            async def sent(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], *CLOSED_HEADERS]
                await send(message)

            await self._app(scope, receive, sent)


def _documentation(send: Send) -> Send:
    """Holds the page's head back until its inline script is known, and allows that script by its hash."""
    head: list[Message] = []

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            head.append(message)
            return
        if head:
            start = head.pop()
            MutableHeaders(scope=start)["Content-Security-Policy"] = _policy(message.get("body", b""))
            await send(start)
        await send(message)

    return sent


def _policy(page: bytes) -> str:
    digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _INLINE_SCRIPT.findall(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    )
