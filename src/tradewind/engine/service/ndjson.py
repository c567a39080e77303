"""Newline-delimited JSON in both directions: lines as they come in, lines as they go out, memory bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tradewind.engine.service.bodies import MAX_BYTES

NDJSON: Final = "application/x-ndjson"

STALLED_S: Final = 60.0
"""How long a piece may wait for a caller who does not read, before the conversation is ended."""

type Write = Callable[[bytes], Awaitable[None]]


class TooLong:
    """Stands for a line of more than 1 MB, whose bytes were thrown away as they came."""


TOO_LONG: Final = TooLong()


async def lines(request: Request) -> AsyncIterator[tuple[int, bytes | TooLong]]:
    """The lines of a body that are not blank, each with its number (from 1, blank ones counted) and without its end.

    Raises:
        ClientDisconnect: the caller went away before the end of the body.
    """
    rest = bytearray()
    is_too_long = False
    number = 0
    async for chunk in request.stream():
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            rest += chunk[start:end]
            start = end + 1
            number += 1
            if (line := _line(rest, is_too_long)) is not None:
                yield number, line
            rest.clear()
            is_too_long = False
        rest += chunk[start:]
        if len(rest) > MAX_BYTES:
            rest.clear()
            is_too_long = True
    if (line := _line(rest, is_too_long)) is not None:
        yield number + 1, line


def _line(text: bytearray, is_too_long: bool) -> bytes | TooLong | None:
    if is_too_long or len(text) > MAX_BYTES:
        return TOO_LONG
    return bytes(text) if text.strip() else None


class Conversation(Response):
    """An answer that is written while the body is still being read.

    `hold` gets a function that writes a piece and returns once the connection has taken it; nobody watches for a
    disconnect on the side, since that would eat the body.
    """

    def __init__(self, hold: Callable[[Write], Awaitable[None]]) -> None:
        super().__init__(media_type=NDJSON)
        del self.headers["content-length"]
        self._hold = hold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

        async def write(piece: bytes) -> None:
            async with asyncio.timeout(STALLED_S):
                await send({"type": "http.response.body", "body": piece, "more_body": True})

        await self._hold(write)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
