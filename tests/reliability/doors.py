"""The engine's doors without a socket: its real routes, called in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from starlette.routing import Route, Router
from starlette.types import Message

from tradewind.engine.service.app import _by_path, _endpoint
from tradewind.engine.service.engine import Engine


class NeverReady(RuntimeError):  # noqa: N818 - a finding, named for what it is
    """The engine did not start; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(frozen=True, slots=True)
class Doors:
    engine: Engine
    key: str
    _router: Router

    async def call(self, method: str, path: str, body: Any = None) -> Answer:
        """One request, with the key that may do everything."""
        path, _, query = path.partition("?")
        content = b"" if body is None else msgspec.json.encode(body)
        scope: dict[str, Any] = {
            "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "root_path": "", "scheme": "http", "app": None,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
            "headers": [(b"content-type", b"application/json"), (b"authorization", b"Bearer " + self.key.encode()),
                        (b"content-length", str(len(content)).encode())],
        }  # fmt: skip
        received = False
        status, parts = 0, []

        async def receive() -> Message:
            nonlocal received
            if received:
                await asyncio.Event().wait()
            received = True
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(message.get("body", b""))

        await self._router(scope, receive, send)
        return Answer(status, b"".join(parts))


@asynccontextmanager
async def opened(data: Path, key: str, **settings: Any) -> AsyncIterator[Doors]:
    """An engine over a data folder, ready; closed as SIGTERM would close it."""
    try:
        engine = Engine(data, report=lambda line: None, **settings)
    except ValueError as error:  # its secret is damaged
        raise NeverReady(str(error)) from error
    engine.open()
    try:
        while not engine.is_ready:
            if engine.failure:
                raise NeverReady(engine.failure)
            await asyncio.sleep(0.001)
        yield Doors(engine, key, Router(routes=list(_routes(engine))))
    finally:
        await engine.close()


def _routes(engine: Engine) -> Iterator[Route]:
    """Without the frame around them, whose documentation takes longer to build than a story to tell."""
    for path, doors in _by_path().items():
        yield Route(path, _endpoint(engine, doors), methods=list(doors))
