"""The one guarded fetch. Everything that leaves the engine over HTTP goes through here."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import aiohttp
from yarl import URL

from tradewind.engine.sources.fetched import Fetched, Outcome, Unanswered
from tradewind.engine.sources.guard import Guard, NotAllowed
from tradewind.engine.sources.resolving import CheckedResolver, Lookup, checked_socket, lookup

MOST_BYTES: Final = 1_000_000
"""The most that an answer may be, unpacked."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is ready to be sent. `secrets` are headers that nobody may see, so `repr` leaves them out."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Fetcher:
    """Connections to public hosts and to marked private ones, kept apart so that neither check can be borrowed.

    Made anywhere, used on one event loop's thread, closed there.
    """

    def __init__(self, guard: Guard, *, lookup: Lookup = lookup) -> None:
        self.guard = guard
        self._lookup = lookup
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def fetch(self, call: Call, *, within_s: float) -> Fetched:
        """Send a request and read its whole answer before the deadline.

        Raises:
            Unanswered: whatever else happens; only cancellation passes through.
        """
        try:
            admitted = self.guard.admit(call.url)
            async with asyncio.timeout(within_s):
                return await self._exchange(call, private=admitted.private)
        except NotAllowed as error:
            raise Unanswered("not_allowed", str(error)) from error
        except TimeoutError as error:
            raise Unanswered("late", f"no whole answer within {within_s * 1000:.0f} ms") from error
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError, zlib.error) as error:
            raise Unanswered("garbled", "the answer is cut, badly packed or no HTTP") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unanswered("unreachable", type(error).__name__) from error

    async def close(self) -> None:
        """Let go of every connection."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def _exchange(self, call: Call, *, private: bool) -> Fetched:
        session = self._sessions.get(private)
        if session is None:
            session = self._sessions[private] = self._session(private=private)
        async with session.request(
            call.method,
            URL(call.url, encoded=True),
            headers={**call.headers, **call.secrets},
            data=call.body,
            allow_redirects=False,
        ) as response:
            _check_status(response.status)
            body = await _unpacked(response)
            return Fetched(body, response.content_type, (response.charset or "").lower())

    def _session(self, *, private: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._lookup, private=private),
            socket_factory=partial(checked_socket, private=private),
            limit=0,  # the bulkheads bound it
            ttl_dns_cache=10,
            keepalive_timeout=15.0,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None),
            headers={"Accept-Encoding": "identity", "User-Agent": "tradewind"},
            read_bufsize=2**16,
        )


def _check_status(status: int) -> None:
    if 200 <= status < 300:
        return
    outcome: Outcome = "refused" if 400 <= status < 500 and status not in (408, 429) else "failed"
    raise Unanswered(outcome, f"answered {status}", status=status)


async def _unpacked(response: aiohttp.ClientResponse) -> bytes:
    """The body, never more than the cap of it in memory, however small it was packed."""
    unpack = _unpacker(response.headers.get("Content-Encoding", ""))
    chunks: list[bytes] = []
    left = MOST_BYTES
    async for packed in response.content.iter_any():
        chunk = packed if unpack is None else unpack.decompress(packed, left + 1)
        left -= len(chunk)
        if left < 0:
            raise Unanswered("too_large", f"the answer has more than {MOST_BYTES} bytes")
        chunks.append(chunk)
    if unpack is not None and not unpack.eof:
        raise Unanswered("garbled", "the answer is cut")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _unpacker(encoding: str) -> zlib._Decompress | None:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        case "deflate":
            return zlib.decompressobj(zlib.MAX_WBITS)
    raise Unanswered("garbled", "the answer is packed in a way that was not asked for")
