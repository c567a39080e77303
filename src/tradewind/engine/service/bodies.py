"""A request's body: at most 1 MB of it, in a media type that the door takes, as one message."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from tradewind.engine.service.faults import BodyRefused, Reader
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.replies import every_header, header
from tradewind.engine.service.strict_json import InDoubt

MAX_BYTES: Final = 1_000_000


async def received(request: Request) -> bytes:
    """The whole body, refused as soon as it is known to be too large, whether or not its length is declared."""
    declared = header(request, b"content-length")
    if declared is not None and (not declared.isdigit() or int(declared) > MAX_BYTES):
        raise Refused("body_too_large", headers={"Connection": "close"})
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > MAX_BYTES:
            raise Refused("body_too_large", headers={"Connection": "close"})
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def media_type(request: Request, *taken: str) -> str:
    """The body's media type, one of `taken`; a body without one is taken for the first of them.

    Raises:
        Refused: it is of none of them, or compressed.
    """
    if any(encoding.strip().lower() != "identity" for encoding in every_header(request, b"content-encoding")):
        raise Refused("media_type_refused", "a compressed body is not accepted: send it without Content-Encoding")
    given = header(request, b"content-type")
    if given is None or given == taken[0]:
        return taken[0]
    name, _, parameters = given.partition(";")
    name = name.strip().lower()
    charset = parameters.replace(" ", "").lower().partition("charset=")[2].strip('"')
    if name not in taken or charset not in ("", "utf-8", "utf8"):
        raise Refused("media_type_refused", f"taken here: {', '.join(taken)}, in UTF-8")
    return name


async def message[T](reader: Reader[T], body: bytes) -> T:
    """The message; in doubt it is read again, thoroughly and off the event loop, for all its faults."""
    try:
        return reader.quickly(body)
    except InDoubt:
        return (await message_and_value(reader, body))[0]


async def message_and_value[T](reader: Reader[T], body: bytes) -> tuple[T, Any]:
    """The message and the plain value behind it, read thoroughly."""
    try:
        return await asyncio.to_thread(reader.fully, body)
    except BodyRefused as refused:
        raise Refused("body_refused", errors=refused.faults) from refused
