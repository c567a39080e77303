"""The guard: which hosts may be called at all, and whether the address found for one is fit to connect to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final

import msgspec

from tradewind.engine.sources.addresses import refusal

_PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]{{2,45}}\]"
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.ASCII,
)
_LISTED: Final = re.compile(rf"(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?", re.ASCII)
_NUMERIC: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)


class NotAllowed(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A URL that may not be called; codes: bad_url, host_not_allowed, address_not_allowed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Admitted(msgspec.Struct, frozen=True, gc=False):
    """Where a URL leads; `private` marks a host whose addresses may be private. `host` has no brackets."""

    scheme: str
    host: str
    port: int
    private: bool


@dataclass(frozen=True, slots=True)
class Hosts:
    """The operator's list: (host, port), port None for the usual ones of http and https. `private` are allowed too."""

    public: frozenset[tuple[str, int | None]] = frozenset()
    private: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Hosts:
        """The hosts that the environment lists, as `host` or `host:port`, with commas between them.

        Raises:
            ValueError: an entry is no host; nothing is guessed.
        """
        return cls(
            public=_listed("TRADEWIND_ENGINE_SOURCE_HOSTS", environment.get("TRADEWIND_ENGINE_SOURCE_HOSTS", "")),
            private=_listed("TRADEWIND_ENGINE_PRIVATE_HOSTS", environment.get("TRADEWIND_ENGINE_PRIVATE_HOSTS", "")),
        )


def _listed(variable: str, text: str) -> frozenset[tuple[str, int | None]]:
    entries = [entry.strip().lower() for entry in text.split(",") if entry.strip()]
    found = [(entry, _LISTED.fullmatch(entry)) for entry in entries]
    for entry, match in found:
        if match is None:
            raise ValueError(f"{variable}: {entry} is no host[:port]")
    return frozenset((m["host"], int(m["port"]) if m["port"] else None) for _, m in found if m is not None)


@dataclass(frozen=True, slots=True)
class Guard:
    """Admits URLs. The addresses of the hosts are checked where they are resolved and where they are connected to."""

    hosts: Hosts = field(default_factory=Hosts)
    _found: dict[tuple[str | Any, ...], Admitted] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Those admitted so far, as their URLs write them: no more than a few for each host on the list."""

    def admit(self, url: str) -> Admitted:
        """Where a complete URL leads.

        Only plain ASCII URLs are taken: http or https, a host in lower case, no credentials, no fragment. So no two
        readers of the text can disagree about its host.

        Raises:
            NotAllowed: the URL is malformed, its host is not listed, or it is an address that is refused.
        """
        match = _URL.fullmatch(url)
        if match is None:
            raise NotAllowed("bad_url", "not a plain http or https URL: no credentials, no fragment, ASCII only")
        written = match.group("scheme", "host", "port")
        admitted = self._found.get(written)
        if admitted is None:
            admitted = self._found[written] = self._admitted(*written)
        return admitted

    def _admitted(self, scheme: str, host: str, written_port: str | None) -> Admitted:
        port = int(written_port) if written_port else _PORTS[scheme]
        if not 0 < port < 65_536:
            raise NotAllowed("bad_url", f"{port} is no port")
        usual = None if port == _PORTS[scheme] else port
        private = bool({(host, port), (host, usual)} & self.hosts.private)
        if not private and not {(host, port), (host, usual)} & self.hosts.public:
            raise NotAllowed("host_not_allowed", f"{host}:{port} is not on the list of this engine's source hosts")
        return Admitted(scheme, _address_checked(host, private=private), port, private)


def _address_checked(host: str, *, private: bool) -> str:
    """The host without brackets; where it is an address it must be one that may be connected to."""
    bare = host.strip("[]")
    if not host.startswith("[") and not _NUMERIC.fullmatch(host):
        return bare
    try:
        canonical = str(ip_address(bare)) == bare
    except ValueError:
        canonical = False
    if not canonical:
        raise NotAllowed("address_not_allowed", f"{bare} is not an address as it is usually written")
    if why := refusal(bare, private=private):
        raise NotAllowed("address_not_allowed", f"{bare} {why}")
    return bare
