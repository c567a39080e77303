"""The one guarded fetch. Everything that leaves the engine over HTTP goes through here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tradewind.engine.sources.fetched import Fetched, Unanswered
from tradewind.engine.sources.guard import Admitted, Guard, NotAllowed
from tradewind.engine.sources.place import Place, trusting
from tradewind.engine.sources.resolving import Lookup, lookup

_USUAL: Final = {"accept": "Accept: */*", "user-agent": "User-Agent: tradewind"}
"""Lines that a request has unless it brings its own."""

_PORTS: Final = {"http": 80, "https": 443}
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_LINE_END: Final = "\r\n"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is ready to be sent. `secrets` are headers that nobody may see, so `repr` leaves them out."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Fetcher:
    """A place for each host and port that the guard admits, and no other way to one.

    Made anywhere, used on one event loop's thread, closed there.
    """

    def __init__(self, guard: Guard, *, lookup: Lookup = lookup) -> None:
        self.guard = guard
        self._lookup = lookup
        self._places: dict[Admitted, Place] = {}
        trusting()  # from the disk now, and not while somebody waits

    async def fetch(self, call: Call, *, within_s: float) -> Fetched:
        """Send a request and read its whole answer before the deadline.

        Raises:
            Unanswered: whatever else happens; only cancellation passes through.
        """
        until = asyncio.get_running_loop().time() + within_s
        try:
            admitted, target = self.guard.led(call.url)
            request = _written(call, admitted, target)
        except NotAllowed as error:
            raise Unanswered("not_allowed", str(error)) from error
        except ValueError as error:
            raise Unanswered("unreachable", type(error).__name__) from error
        place = self._places.get(admitted)
        if place is None:
            place = self._places[admitted] = Place(admitted, self._lookup)
        return await place.ask(request, again=call.method == "GET", until=until)

    async def close(self) -> None:
        """Let go of every connection."""
        places, self._places = self._places, {}
        for place in places.values():
            place.close()
        await asyncio.sleep(0)  # they are told that they have ended


def _written(call: Call, admitted: Admitted, target: str) -> bytes:
    """The request as it goes over the connection.

    Raises:
        ValueError: a header is no line of its own; those that a publication makes were looked at before.
    """
    headers = {**call.headers, **call.secrets}
    given = {name.lower() for name in headers}
    lines = [f"{call.method} {target} HTTP/1.1", f"Host: {_host(admitted)}", "Accept-Encoding: identity"]
    lines += [line for name, line in _USUAL.items() if name not in given]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    body = call.body or b""
    if body or call.method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    head = _LINE_END.join(lines)
    ends = len(lines) - 1
    if (head.count("\r"), head.count("\n"), head.count("\0")) != (ends, ends, 0) or not all(
        map(_NAME.fullmatch, given)
    ):
        raise ValueError("a header that is none")
    return head.encode("ascii") + b"\r\n\r\n" + body


def _host(admitted: Admitted) -> str:
    host = f"[{admitted.host}]" if ":" in admitted.host else admitted.host
    return host if admitted.port == _PORTS[admitted.scheme] else f"{host}:{admitted.port}"
