"""Names to addresses, once per connection: what is checked here is what is connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from aiohttp.abc import AbstractResolver, ResolveResult

from tradewind.engine.sources.addresses import refusal

type Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host and port."""

type AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str | int, ...]]


async def lookup(host: str, port: int) -> list[str]:
    """The system's answer, IPv4 and IPv6."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class CheckedResolver(AbstractResolver):
    """Refuses a name as soon as one of its addresses may not be connected to."""

    def __init__(self, lookup: Lookup, *, private: bool) -> None:
        self._lookup = lookup
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = list(dict.fromkeys(await self._lookup(host, port)))
        for address in addresses:
            if why := refusal(address, private=self._private):
                raise OSError(f"an address of {host} {why}")
        if not addresses:
            raise OSError(f"{host} has no address")
        return [_result(host, port, address) for address in addresses]

    async def close(self) -> None:
        """Nothing is kept."""


def checked_socket(info: AddressInfo, *, private: bool) -> socket.socket:
    """The socket for one connection, made only after its address has been looked at a last time."""
    family, kind, protocol, _, address = info
    if why := refusal(str(address[0]), private=private):
        raise OSError(f"the address {why}")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def _result(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
