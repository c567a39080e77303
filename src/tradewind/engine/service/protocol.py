"""uvicorn's HTTP protocol with a short way: a call that waits for nothing but the disk makes no task.

Reading, keep-alive, pipelining and the end of a connection are uvicorn's. Only a call that `Direct` takes is
answered here; every other one is started as uvicorn would have, from the same state.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from tradewind.engine.service.app import CLOSED_HEADERS, SafeHeaders
from tradewind.engine.service.direct import Direct
from tradewind.engine.service.problems import Refused

MOST_HELD: Final = 32_768
"""Bytes of a body that are waited for before its call is started: fewer than uvicorn stops reading at."""

type _Headers = list[tuple[bytes, bytes]]


class ShortWay(HttpToolsProtocol):
    """One connection. A call that may go the short way is held until its body is there."""

    direct: ClassVar[Direct]
    head: ClassVar[_Head]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._held: RequestResponseCycle | None = None

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._held is not None and len(self._held.body) > MOST_HELD:
            self._release()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        cycle = self._held
        if cycle is None:
            return
        self._held = None
        if not self.direct.take(cycle.scope, bytes(cycle.body), partial(self._answer, cycle)):
            super()._start_asgi_task(cycle, self.app)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._release()  # it finds that nobody is there any more

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        is_plain = cycle.more_body and not cycle.waiting_for_100_continue and app is self.app
        if is_plain and self.direct.may_take(cycle.scope):
            self._held = cycle
        else:
            super()._start_asgi_task(cycle, app)

    def _release(self) -> None:
        cycle, self._held = self._held, None
        if cycle is not None:
            super()._start_asgi_task(cycle, self.app)

    def _answer(self, cycle: RequestResponseCycle, said: bytes | Refused) -> None:
        if isinstance(said, Refused):
            super()._start_asgi_task(cycle, _closed(said.response()))
        elif self.flow.write_paused:
            super()._start_asgi_task(cycle, _closed(Response(said, media_type="application/json")))
        elif not cycle.disconnected:
            self.transport.write(self.head.of(self.server_state.default_headers, cycle.keep_alive, said) + said)
            cycle.response_started = cycle.response_complete = True
            if not cycle.keep_alive:
                self.transport.close()
            cycle.on_response()


class _Head:
    """The head of a 200, made once for as long as the server's own headers (its clock) stay the same."""

    def __init__(self) -> None:
        self._made_of: _Headers | None = None
        self._start = b""
        self._end = _lines([(b"content-type", b"application/json"), *CLOSED_HEADERS])

    def of(self, default_headers: _Headers, keep_alive: bool, body: bytes) -> bytes:
        """The status line and every header for this body."""
        if default_headers is not self._made_of:
            self._made_of, self._start = default_headers, STATUS_LINE[200] + _lines(default_headers)
        end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        return b"%bcontent-length: %d\r\n%b%b" % (self._start, len(body), self._end, end)


def over(engine_direct: Direct) -> type[ShortWay]:
    """The protocol of a server whose short way this is."""

    class Over(ShortWay):
        direct = engine_direct
        head = _Head()

    return Over


def _closed(response: Response) -> Any:
    """An application that gives this response; uvicorn has types of its own for what it calls."""
    return SafeHeaders(response)


def _lines(headers: _Headers) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)
