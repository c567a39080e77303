"""A data source in a process of its own: every customer has a balance. Nothing but sockets and prebuilt bytes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final

_END: Final = b"\r\n\r\n"
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Source(asyncio.Protocol):
    """Answers one request after another on a keep-alive connection; `/asked` says how often anything else was asked."""

    asked = 0

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(_END)) >= 0:
            line = self._received[: self._received.index(b"\r\n")]
            self._received = self._received[end + len(_END) :]
            self._transport.write(self._said(line))

    def _said(self, line: bytes) -> bytes:
        if line.startswith(b"GET /asked "):
            body = b"%d" % Source.asked
            return _HEAD % len(body) + body
        Source.asked += 1
        return _answer(line)


def _answer(line: bytes) -> bytes:
    """The balance of the customer at the end of the path, made up from its letters."""
    customer = line.split(b" ")[1].rpartition(b"/")[2]
    body = b'{"customer": {"balance": %d.5, "plan": "basic"}}' % (sum(customer) % 100)
    return _HEAD % len(body) + body


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Source, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
