"""Where the guard lets questions go: one host and port, what its name leads to, and the connections that are kept.

Connections to a host that may be private are never used for one that may not: each has a place of its own.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from functools import cache, partial
from typing import Any, Final

from aiohappyeyeballs import start_connection

from tradewind.engine.sources.connection import Connection
from tradewind.engine.sources.fetched import Dropped, Fetched, Unanswered
from tradewind.engine.sources.guard import Admitted
from tradewind.engine.sources.resolving import AddressInfo, Lookup, checked_socket, resolved

KEPT_S: Final = 15.0
"""How long a connection rests before it is closed."""

ADDRESSES_S: Final = 10.0
"""How long a name leads where it was found to lead."""

NEXT_ADDRESS_S: Final = 0.25
"""When the next address of a name is tried beside one that does not answer (RFC 8305)."""


class Place:
    """Used on one event loop's thread. How many connections there are is bounded by whoever asks."""

    def __init__(self, admitted: Admitted, lookup: Lookup) -> None:
        self._admitted = admitted
        self._lookup = lookup
        self._connections: set[Connection] = set()
        self._resting: list[Connection] = []
        self._timer: asyncio.TimerHandle | None = None
        self._known: Sequence[AddressInfo] = ()
        self._known_until = 0.0
        self._looking: asyncio.Task[Sequence[AddressInfo]] | None = None

    async def ask(self, request: bytes, *, again: bool, until: float) -> Fetched:
        """Send a request and read its whole answer before the loop's clock says `until`.

        A kept connection may just have been closed from the other side: `again` says that the request may then be
        sent once more, over a new one.

        Raises:
            Unanswered: there is no good answer.
        """
        kept = self._kept()
        if kept is not None:
            try:
                return await kept.ask(request, until=until)
            except Dropped:
                if not again:
                    raise
        connection = await self._connected(until)
        return await connection.ask(request, until=until)

    def close(self) -> None:
        """Let go of every connection."""
        for task in (self._timer, self._looking):
            if task is not None:
                task.cancel()
        for connection in self._connections:
            connection.end()

    # ------------------------------------------------------------ connections that are kept

    def _kept(self) -> Connection | None:
        """The connection that has rested shortest: it is the least likely to have been closed."""
        while self._resting:
            connection = self._resting.pop()
            if asyncio.get_running_loop().time() - connection.rests_since < KEPT_S:
                return connection
            connection.end()
        return None

    def _rested(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.rests_since = loop.time()
        self._resting.append(connection)
        if self._timer is None:
            self._timer = loop.call_later(KEPT_S, self._sweep)

    def _sweep(self) -> None:
        """Close those that have rested too long; one timer for all, while any rests."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - KEPT_S
        for connection in self._resting:
            if connection.rests_since <= oldest:
                connection.end()
        self._resting = [connection for connection in self._resting if connection.rests_since > oldest]
        rest_s = self._resting[0].rests_since - oldest if self._resting else 0.0
        self._timer = loop.call_later(rest_s, self._sweep) if self._resting else None

    def _ended(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if connection in self._resting:
            self._resting.remove(connection)

    # ------------------------------------------------------------ a new one

    async def _connected(self, until: float) -> Connection:
        try:
            async with asyncio.timeout_at(until):
                connection = await self._connect()
        except TimeoutError as error:
            raise Unanswered("late", "no connection in time") from error
        except (OSError, ValueError, RuntimeError) as error:
            raise Unanswered("unreachable", type(error).__name__) from error
        self._connections.add(connection)
        return connection

    async def _connect(self) -> Connection:
        made = await start_connection(
            await self._addresses(),
            happy_eyeballs_delay=NEXT_ADDRESS_S,
            socket_factory=partial(checked_socket, private=self._admitted.private),
        )
        tls: dict[str, Any] = {}
        if self._admitted.scheme == "https":
            tls = {"ssl": trusting(), "server_hostname": self._admitted.host}
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                partial(Connection, self._rested, self._ended), sock=made, **tls
            )
        except BaseException:
            made.close()
            raise
        return connection

    async def _addresses(self) -> Sequence[AddressInfo]:
        """Looked up once for all who connect at the same time."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._known_until:
            return self._known
        if self._looking is None:
            self._looking = loop.create_task(self._look())
            self._looking.add_done_callback(self._looked)
        return await asyncio.shield(self._looking)

    async def _look(self) -> Sequence[AddressInfo]:
        where = self._admitted
        return await resolved(self._lookup, where.host, where.port, private=where.private)

    def _looked(self, task: asyncio.Task[Sequence[AddressInfo]]) -> None:
        self._looking = None
        if not task.cancelled() and task.exception() is None:
            self._known = task.result()
            self._known_until = asyncio.get_running_loop().time() + ADDRESSES_S


@cache
def trusting() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities and the host's name. Reads them from the disk."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
