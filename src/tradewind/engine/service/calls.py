"""An event's call from its bytes: decoded once, proved by the very text that its digest is taken of."""

from __future__ import annotations

import msgspec

from tradewind.engine.service import bodies
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.preparing import canonical
from tradewind.engine.service.strict_json import InDoubt, quick_as
from tradewind.engine.wire import EventCall

_decode = msgspec.json.Decoder(EventCall).decode
_reader: Reader[EventCall] = Reader(EventCall)


def quickly(body: bytes) -> tuple[EventCall, bytes]:
    """The call and its canonical text, or InDoubt."""
    call, text = quick_as(body, _decode, canonical)
    if call.response is not None:
        raise InDoubt  # it has instants, which cannot be counted
    return call, text


async def read(body: bytes) -> tuple[EventCall, bytes | None]:
    """The call, and its canonical text where it was made; refused with every fault where anything is wrong."""
    try:
        return quickly(body)
    except InDoubt:
        return await bodies.message(_reader, body), None
