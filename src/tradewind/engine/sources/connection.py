"""One connection to a source: HTTP/1.1 by llhttp, one question after another.

Whatever is odd about an answer (a byte too many, one that is cut, that is late, that nobody waits for any more) ends
the connection, so that nothing of it can be taken for a part of the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

import httptools

from tradewind.engine.sources.fetched import Fetched, Unanswered
from tradewind.engine.sources.reading import Reading

_BROKEN: Final = (httptools.HttpParserError, httptools.HttpParserUpgrade)


class Connection(asyncio.Protocol):
    """`rested` is called when it is free for another question, `ended` when it is gone."""

    def __init__(self, rested: Callable[[Connection], None], ended: Callable[[Connection], None]) -> None:
        self.rests_since = 0.0
        self._loop = asyncio.get_running_loop()
        self._rested = rested
        self._ended = ended
        self._transport: asyncio.Transport
        self._parser: Any = httptools.HttpResponseParser(self)
        self._reading: Reading | None = None
        self._waiting: asyncio.Future[Fetched]
        self._is_kept = False

    async def ask(self, request: bytes, *, until: float) -> Fetched:
        """Send a whole request; its answer, before the loop's clock says `until`.

        Raises:
            Unanswered: there is no good one.
        """
        self._reading = Reading()
        self._is_kept = False
        self._waiting = self._loop.create_future()
        timer = self._loop.call_at(until, self._late)
        try:
            self._transport.write(request)
            return await self._waiting
        except asyncio.CancelledError:
            self.end()
            raise
        finally:
            timer.cancel()

    def end(self) -> None:
        """Close it at once."""
        self._reading = None
        self._transport.abort()

    # ------------------------------------------------------------ what the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        reading = self._reading
        if reading is None:
            self._transport.abort()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except _BROKEN:
            self._is_kept = False
            if not reading.is_whole:
                reading.fail("garbled", "the answer is no HTTP")
        reading.more(len(data))
        if reading.is_whole or reading.failure is not None:
            self._settle(reading)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended(self)
        self._parser = None  # they hold each other
        if self._reading is not None:
            self._reading.lost()
            self._settle(self._reading)

    # ------------------------------------------------------------ what the parser says

    def on_message_begin(self) -> None:
        if self._reading is not None and self._reading.is_whole:
            self._is_kept = False  # a second answer behind the one that was asked for

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._reading is not None:
            self._reading.header(name, value)

    def on_headers_complete(self) -> None:
        if self._reading is not None:
            self._reading.head(self._parser.get_status_code())

    def on_body(self, body: bytes) -> None:
        if self._reading is not None:
            self._reading.piece(body)

    def on_message_complete(self) -> None:
        if self._reading is not None and not self._reading.is_whole:
            self._reading.end()
            self._is_kept = self._parser.should_keep_alive()

    # ------------------------------------------------------------ the end of an answer

    def _late(self) -> None:
        if self._reading is not None:
            self._reading.fail("late", "no whole answer in time")
            self._settle(self._reading)

    def _settle(self, reading: Reading) -> None:
        """Give whoever waits the answer or the reason, and rest, or end."""
        self._reading = None
        if reading.is_whole and self._is_kept:
            self._rested(self)
        else:
            self._transport.abort()
        if self._waiting.done():
            return
        failure: Unanswered | None = reading.failure
        if failure is None:
            self._waiting.set_result(reading.fetched())
        else:
            self._waiting.set_exception(failure)
