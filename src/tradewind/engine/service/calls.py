"""An event's call from its bytes: decoded once, and proved to have lost no key by as little as that takes."""

from __future__ import annotations

from typing import Final

import msgspec

from tradewind.engine.service import bodies
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.preparing import canonical
from tradewind.engine.service.strict_json import InDoubt, recounted, uncounted
from tradewind.engine.wire import EventCall

_decode = msgspec.json.Decoder(EventCall).decode
_reader: Reader[EventCall] = Reader(EventCall)

_ATTRIBUTES: Final = b'"attributes":'
"""The key, and nothing else: inside a text its quotes would stand behind backslashes. So it is known where it stands
with nothing in it, as it does in many calls."""


def quickly(body: bytes) -> tuple[EventCall, bytes | None]:
    """The call, and its canonical text where it was made; or InDoubt."""
    call = uncounted(body, _decode)
    if call.response is not None:
        raise InDoubt  # it has instants, which may be written with more colons than they came with
    more = body.count(b":") - _keys(call)
    if more == 0 or (more == 1 and not call.attributes and _ATTRIBUTES in body):
        return call, None  # one for each key, so none was dropped and no text holds one
    return call, recounted(body, canonical(call))


def _keys(call: EventCall) -> int:
    """How many keys a body has at the least that this call was read from."""
    given = 3 if call.id is None else 4
    for value in (call.agent, call.language, call.limit, call.min_position):
        if value is not None:
            given += 1
    if call.dry_run:
        given += 1
    return given + len(call.attributes) + 1 if call.attributes else given


async def read(body: bytes) -> tuple[EventCall, bytes | None]:
    """The call, and its canonical text where it was made; refused with every fault where anything is wrong."""
    try:
        return quickly(body)
    except InDoubt:
        return await bodies.message(_reader, body), None
