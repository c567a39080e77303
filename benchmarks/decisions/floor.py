"""The least that an answer of this kind costs: the bare echo, made to keep what it was sent and to ask the source.

    python -m benchmarks.decisions.floor PORT

No key, no strict reading, no answer of its own, no seal, no chain, no fold: a body is decoded, the source is asked
where `FLOOR_SOURCE` names one, the engine's `decide` is called where `FLOOR_OFFERS` says over how many offers, the body
is committed to SQLite (`synchronous=FULL`) by a thread that takes all that is waiting, and only then the same bytes are
answered as by the echo. What the engine does besides stands between this and its own figure.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

import aiohttp
import apsw
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.decisions import world
from benchmarks.decisions.echo import Call, ready
from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.context import fill
from tradewind.engine.core.decide import decide
from tradewind.engine.core.exploration import Draws

MOST: Final = 50
"""Bodies that one commit holds: as many as a commit of the engine's."""

_decoder = msgspec.json.Decoder(Call)
_encoder = msgspec.json.Encoder()
_answer: Any = msgspec.json.decode(os.environ.get("ECHO_ANSWER", "{}"))
_source: Final = os.environ.get("FLOOR_SOURCE")
_offers: Final = int(os.environ.get("FLOOR_OFFERS", "0"))

type Waiting = tuple[bytes, asyncio.Future[None]]


class Keeper:
    """A table of bodies, committed in groups by a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    async def keep(self, body: bytes) -> None:
        """Return once the body would survive a power cut."""
        kept = self._loop.create_future()
        self._waiting.put((body, kept))
        await kept

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _write(self) -> None:
        file = apsw.Connection(str(self._path))
        file.pragma("journal_mode", "wal")
        file.pragma("synchronous", "full")
        file.execute("CREATE TABLE kept (position INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        while first := self._waiting.get():
            group = [first, *self._more()]
            with file:
                file.executemany("INSERT INTO kept (body) VALUES (?)", [(body,) for body, _ in group])
            self._loop.call_soon_threadsafe(_settle, group)
        file.close()

    def _more(self) -> list[Waiting]:
        found: list[Waiting] = []
        while len(found) < MOST - 1:
            try:
                each = self._waiting.get_nowait()
            except Empty:
                break
            if each is None:
                self._waiting.put(None)
                break
            found.append(each)
        return found


class Decider:
    """Decides for whoever calls, over a state that stays as it was; what it decides is thrown away."""

    def __init__(self, offers: int) -> None:
        self._state = world.published(world.publication(offers))
        warm_up()

    def decide(self, call: Call) -> None:
        publication = self._state.publication
        assert publication is not None
        context = fill(call.attributes, publication.attributes).context
        request = world.request_of(call.customer, context)
        decide(request, self._state, now=world.NOW, rng=Draws(call.customer.encode()))


def _settle(group: list[Waiting]) -> None:
    for _, kept in group:
        kept.set_result(None)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.keeper = Keeper(Path(os.environ["FLOOR_FILE"]))
    app.state.decider = Decider(_offers) if _offers else None
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        app.state.session = session
        yield
    app.state.keeper.close()


async def answer(request: Request) -> Response:
    body = await request.body()
    call = _decoder.decode(body)
    if _source:
        async with request.app.state.session.get(_source + call.customer) as response:
            msgspec.json.decode(await response.read())
    if request.app.state.decider is not None:
        request.app.state.decider.decide(call)
    await request.app.state.keeper.keep(body)
    return Response(_encoder.encode(_answer), media_type="application/json")


app = Starlette(
    routes=[Route("/v1/events/asked", answer, methods=["POST"]), Route("/health/ready", ready)], lifespan=_lifespan
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
