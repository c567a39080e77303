"""Which network addresses a data source may have.

Python's own `is_private` and `is_global` changed between releases and look through some wrappers of IPv4 only;
so what is refused is listed here. Sources: IANA special-purpose address registries (RFC 6890 and its updates),
RFC 4291 (mapped and compatible IPv4), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 6052 and RFC 8215 (NAT64).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_PRIVATE_4: Final = ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_NEVER_4: Final = (
    "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
    "192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4",
)  # fmt: skip
_PRIVATE_6: Final = ("::1/128", "fc00::/7")
_GLOBAL_6: Final = "2000::/3"
_NEVER_6: Final = ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")


def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)


_PRIVATE: Final = {4: _networks(_PRIVATE_4), 6: _networks(_PRIVATE_6)}
_NEVER: Final = {4: _networks(_NEVER_4), 6: _networks(_NEVER_6)}
_REAL_6: Final = IPv6Network(_GLOBAL_6)


def refusal(text: str, *, private: bool) -> str | None:
    """Why an address may not be connected to; None where it may.

    Args:
        text: a canonical IPv4 or IPv6 address; anything else, a scope such as `%eth0` included, is refused.
        private: whether the operator marked the host: then private and loopback ranges are fine. Link-local,
            multicast, unspecified and reserved addresses, and IPv4 in the clothes of IPv6, never are.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return "is not an address"
    if getattr(address, "scope_id", None):
        return "has a scope"
    if any(address in network for network in _PRIVATE[address.version]):
        return None if private else "is private"
    return _never(address)


def _never(address: IPv4Address | IPv6Address) -> str | None:
    if any(address in network for network in _NEVER[address.version]):
        return "is in a reserved range"
    if address.version == 6 and address not in _REAL_6:
        return "is in a reserved range"  # link-local, site-local, multicast, mapped, compatible, NAT64, unspecified
    return None
