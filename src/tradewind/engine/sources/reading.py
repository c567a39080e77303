"""One answer while it comes in: what its head says, and its body, unpacked piece by piece and never beyond the cap."""

from __future__ import annotations

import zlib
from email.message import Message
from functools import lru_cache
from typing import Final

from tradewind.engine.sources.fetched import Dropped, Fetched, Outcome, Unanswered

MOST_BYTES: Final = 1_000_000
"""The most that an answer may be, unpacked."""

MOST_HEAD: Final = 65_536
"""Bytes of a head, those before it that only say that an answer will come included."""

MOST_RECEIVED: Final = 8 * MOST_BYTES
"""Bytes of an answer as it comes over the connection: chunks of a byte each have six around it."""

_TOLD: Final = (b"content-type", b"content-encoding")
_LENGTHS: Final = (b"content-length", b"transfer-encoding")


class Reading:
    """Told by a connection what its parser finds. Once `failure` is set there will be no answer."""

    __slots__ = (
        "_chunks",
        "_has_length",
        "_headers",
        "_left",
        "_unpack",
        "failure",
        "has_head",
        "is_whole",
        "received",
    )

    def __init__(self) -> None:
        self.failure: Unanswered | None = None
        self.has_head = False
        self.is_whole = False
        self.received = 0
        self._headers: dict[bytes, bytes] = {}
        self._has_length = False
        self._chunks: list[bytes] = []
        self._left = MOST_BYTES
        self._unpack: zlib._Decompress | None = None

    def more(self, length: int) -> None:
        """So many bytes have come, whatever they are."""
        self.received += length
        if self.received > (MOST_RECEIVED if self.has_head else MOST_HEAD):
            self.fail("too_large", "the answer does not end")

    def header(self, name: bytes, value: bytes) -> None:
        """One line of the head; behind the body they say nothing any more."""
        if self.has_head:
            return
        name = name.lower()
        if name in _TOLD:
            before = self._headers.get(name)
            self._headers[name] = value if before is None else before + b", " + value
        elif name in _LENGTHS:
            self._has_length = True

    def head(self, status: int) -> None:
        """The head is complete; one that only says that an answer will come is forgotten."""
        if self.is_whole:
            return
        if 100 <= status < 200 and status != 101:
            self._headers.clear()
            self._has_length = False
            return
        self.has_head = True
        if not 200 <= status < 300:
            outcome: Outcome = "refused" if 400 <= status < 500 and status not in (408, 429) else "failed"
            self.failure = Unanswered(outcome, f"answered {status}", status=status)
            return
        encoding = self._headers.get(b"content-encoding")
        if encoding:
            self._unpack_from(encoding.decode("latin-1").strip().lower())

    def piece(self, packed: bytes) -> None:
        """The next piece of the body; what comes behind a whole one belongs to no answer."""
        if self.failure is not None or self.is_whole:
            return
        try:
            piece = packed if self._unpack is None else self._unpack.decompress(packed, self._left + 1)
        except zlib.error:
            self.fail("garbled", "the answer is badly packed")
            return
        self._left -= len(piece)
        if self._left < 0:
            self.fail("too_large", f"the answer has more than {MOST_BYTES} bytes")
        else:
            self._chunks.append(piece)

    def end(self) -> None:
        """A message is complete: the answer, if it has had its head."""
        if not self.has_head:
            return
        self.is_whole = True
        if self._unpack is not None and not self._unpack.eof:
            self.fail("garbled", "the answer is cut")

    def lost(self) -> None:
        """Nothing more will come: the end of an answer that did not say how long it is, else too early."""
        if self.has_head and not self._has_length:
            self.end()
        elif self.received:
            self.fail("garbled", "the answer is cut")
        elif self.failure is None:
            self.failure = Dropped()

    def fail(self, outcome: Outcome, why: str) -> None:
        """The first reason stands."""
        if self.failure is None:
            self.failure = Unanswered(outcome, why)

    def fetched(self) -> Fetched:
        """The whole answer."""
        chunks = self._chunks
        media_type, charset = _media(self._headers.get(b"content-type", b""))
        return Fetched(chunks[0] if len(chunks) == 1 else b"".join(chunks), media_type, charset)

    def _unpack_from(self, encoding: str) -> None:
        match encoding:
            case "identity":
                return
            case "gzip" | "x-gzip":
                self._unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
            case "deflate":
                self._unpack = zlib.decompressobj(zlib.MAX_WBITS)
            case _:
                self.fail("garbled", "the answer is packed in a way that was not asked for")


@lru_cache(maxsize=64)
def _media(content_type: bytes) -> tuple[str, str]:
    """The media type and the charset of a `Content-Type`.

    >>> _media(b"text/XML; charset=UTF-8")
    ('text/xml', 'utf-8')
    """
    if not content_type:
        return "application/octet-stream", ""
    message = Message()
    message["Content-Type"] = content_type.decode("latin-1")
    return message.get_content_type(), str(message.get_param("charset", "")).lower()
