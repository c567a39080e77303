"""Names to addresses, and addresses to sockets: what is checked here is what is connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from tradewind.engine.sources.addresses import refusal

type Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host and port."""

type AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str | int, ...]]


async def lookup(host: str, port: int) -> list[str]:
    """The system's answer, IPv4 and IPv6."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def resolved(lookup: Lookup, host: str, port: int, *, private: bool) -> list[AddressInfo]:
    """Where to connect to. A name is refused as soon as one of its addresses may not be connected to.

    Raises:
        OSError: there is no address, or one of them is refused.
    """
    addresses = [host] if _is_address(host) else list(dict.fromkeys(await lookup(host, port)))
    for address in addresses:
        if why := refusal(address, private=private):
            raise OSError(f"an address of {host} {why}")
    if not addresses:
        raise OSError(f"{host} has no address")
    return [_info(address, port) for address in addresses]


def checked_socket(info: AddressInfo, *, private: bool) -> socket.socket:
    """The socket for one connection, made only after its address has been looked at a last time."""
    family, kind, protocol, _, address = info
    if why := refusal(str(address[0]), private=private):
        raise OSError(f"the address {why}")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _info(address: str, port: int) -> AddressInfo:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    place = (address, port, 0, 0) if family == socket.AF_INET6 else (address, port)
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place
