"""uvicorn's HTTP protocol with a short way for events: no ASGI, and no task for one that waits only for the disk.

Reading, pipelining and the end of a connection are uvicorn's. A call that `Direct` might take is held until its body
is there. If it is not taken, uvicorn starts it as if its head and its body had just come. Clients send the same heads
again and again: a call under a head that was read before, byte for byte, does not go through the parser.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, ClassVar, Final

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tradewind.engine.service.app import CLOSED_HEADERS
from tradewind.engine.service.direct import PATH, Direct, Head
from tradewind.engine.service.problems import Refused

MOST_HELD: Final = 32_768
"""Bytes of a body that are waited for before its call is started: fewer than uvicorn stops reading at."""

MOST_HEADS: Final = 1_000
"""Heads that are remembered; when there are more, all are forgotten."""

MOST_HEAD: Final = 4_096
"""Bytes of a head that is remembered."""

_METHOD: Final = b"POST "
_END: Final = b"\r\n\r\n"

type _Headers = list[tuple[bytes, bytes]]


class _Call:
    """A call on the short way, in place of uvicorn's record of one: what the protocol asks of that is here."""

    __slots__ = ("body", "disconnected", "head", "keep_alive", "more_body", "response_complete")

    def __init__(self, head: Head, *, keep_alive: bool) -> None:
        self.head = head
        self.keep_alive = keep_alive
        self.body = bytearray()
        self.more_body = True
        self.response_complete = False
        self.disconnected = False

    @property
    def message_event(self) -> _Call:
        return self

    def set(self) -> None:
        """Nobody waits for a part of it."""


class _Known(msgspec.Struct, frozen=True, gc=False):
    """A head that came before, by the bytes it came in: what it says, and the length of the body behind it."""

    head: Head
    length: int


class ShortWay(HttpToolsProtocol):
    """One connection. `cycle` is the call under way: uvicorn's record of it, or a `_Call`."""

    cycle: Any
    direct: ClassVar[Direct]
    answers: ClassVar[_Answers]
    heads: ClassVar[dict[bytes, _Known]]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._held: _Call | None = None
        self._is_between = True
        self._whole: bytes | None = None
        self._idle_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------ without the parser

    def data_received(self, data: bytes) -> None:
        if self._is_between and self._is_free and data.startswith(_METHOD):
            if self._take_again(data):
                return
            self._whole = data
        super().data_received(data)
        self._whole = None

    def _take_again(self, data: bytes) -> bool:
        """Take a call whose head is known and whose body is all that follows."""
        end = data.find(_END) + len(_END)
        known = self.heads.get(data[:end])
        if known is None or len(data) - end != known.length or self.transport.is_closing():
            return False
        self._unset_keepalive_if_required()
        before, self.cycle = self.cycle, _Call(known.head, keep_alive=True)
        if self.direct.take(known.head, data[end:], partial(self._answer, self.cycle), self.tasks):
            return True
        self.cycle = before
        return False

    def _remember(self, call: _Call) -> None:
        """Know the head again, if the whole call came at once and the length of its body stands in its head."""
        data = self._whole
        if data is None or not call.keep_alive or any(name == b"transfer-encoding" for name, _ in self.headers):
            return
        end = data.find(_END) + len(_END)
        if end <= MOST_HEAD and len(data) - end == len(call.body):
            if len(self.heads) >= MOST_HEADS:
                self.heads.clear()
            self.heads[data[:end]] = _Known(call.head, len(call.body))

    # ------------------------------------------------------------ what the parser says

    def on_message_begin(self) -> None:
        self._is_between = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._unset_keepalive_if_required()  # the call before may have been answered since these bytes came
        if self.url.startswith(PATH) and self._is_plain():
            head = Head.read(self.url[len(PATH) :], self.headers)
            self.cycle = self._held = _Call(head, keep_alive=self.parser.should_keep_alive())
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._held is not None and len(self._held.body) > MOST_HELD:
            self._release(self._held)

    def on_message_complete(self) -> None:
        self._is_between = True
        call, self._held = self._held, None
        if call is None:
            super().on_message_complete()
            return
        call.more_body = False
        if self.direct.take(call.head, bytes(call.body), partial(self._answer, call), self.tasks):
            self._remember(call)
        else:
            self._release(call)

    def connection_lost(self, exc: Exception | None) -> None:
        self._held = None
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    @property
    def _is_free(self) -> bool:
        """Whether the call before is answered, and the client reads its answers: the long way waits until it does."""
        return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

    def _is_plain(self) -> bool:
        """Whether nothing is asked of the connection meanwhile, and nothing is to be waited for."""
        parser = self.parser
        return (
            parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not parser.should_upgrade()
            and self._is_free
        )

    def _release(self, call: _Call) -> None:
        """Let uvicorn start it, from its head and what there is of its body; raises what uvicorn does about a head."""
        self._held = None
        self.cycle = None  # as before the call came
        super().on_headers_complete()
        self.cycle.keep_alive = self.cycle.keep_alive and call.keep_alive  # the server may have begun to end
        super().on_body(bytes(call.body))
        if not call.more_body:
            super().on_message_complete()

    # ------------------------------------------------------------ the answer

    def _answer(self, call: _Call, said: bytes | Refused) -> None:
        call.response_complete = True
        if call.disconnected or self.transport.is_closing():
            return
        self.transport.write(self.answers.answer(said, self.server_state.default_headers, keep_alive=call.keep_alive))
        if not call.keep_alive:
            self.transport.close()
        if self.pipeline:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1
            self._rest()

    def _rest(self) -> None:
        """Close the connection when nothing has come for long; one timer looks now and then, not one for each call."""
        self._idle_since = self.loop.time()
        if self._timer is None:
            self._timer = self.loop.call_later(self.timeout_keep_alive, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._idle_since is None:
            return  # whoever answers what has come looks again
        left_s = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left_s > 0:
            self._timer = self.loop.call_later(left_s, self._look)
        else:
            self.timeout_keep_alive_handler()

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None
        super()._unset_keepalive_if_required()


class _Answers:
    """Answers as they go over the connection. The head of a 200 is made once for as long as the server's own headers
    (its clock) stay the same."""

    def __init__(self) -> None:
        self._made_of: _Headers | None = None
        self._start = b""
        self._end = _lines([(b"content-type", b"application/json"), *CLOSED_HEADERS])

    def answer(self, said: bytes | Refused, own: _Headers, *, keep_alive: bool) -> bytes:
        """Status line, every header, body."""
        close = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        if isinstance(said, Refused):
            response = said.response()
            headers = _lines([*own, *response.raw_headers, *CLOSED_HEADERS])
            return b"%b%b%b%b" % (STATUS_LINE[response.status_code], headers, close, bytes(response.body))
        if own is not self._made_of:
            self._made_of, self._start = own, STATUS_LINE[200] + _lines(own)
        return b"%bcontent-length: %d\r\n%b%b%b" % (self._start, len(said), self._end, close, said)


def over(engine_direct: Direct) -> type[ShortWay]:
    """The protocol of a server whose short way this is."""

    class Over(ShortWay):
        direct = engine_direct
        answers = _Answers()
        heads: ClassVar[dict[bytes, _Known]] = {}

    return Over


def _lines(headers: _Headers) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)
