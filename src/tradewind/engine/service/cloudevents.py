"""CloudEvents 1.0 over HTTP: the structured envelope and the binary headers, as calls of ours.

The envelope's type names the event, `source` and `id` together are the call's id, `time` is when it
happened. Source: CloudEvents 1.0.2 and its HTTP protocol binding.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec

from tradewind.engine.service.faults import Reader
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import CloudEvent, EventCall, Fault

STRUCTURED: Final = "application/cloudevents+json"

_HEADERS: Final = ("specversion", "id", "source", "type", "time", "subject", "dataschema")
_BINARY: Final = "/headers/ce-"
_reader: Reader[CloudEvent] = Reader(CloudEvent)


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """A call, when its envelope says that it happened, and its canonical text where that was made on the way."""

    call: EventCall
    occurred_at: datetime | None = None
    text: bytes | None = None


def from_envelope(event: CloudEvent, *, name: str) -> Arrived:
    """The call inside a structured envelope whose type must be the event called.

    Raises:
        Refused: `body_refused` where the envelope and the call contradict each other.
    """
    return _arrived(event, name, attribute="/", data="/data")


def _arrived(event: CloudEvent, name: str, *, attribute: str, data: str) -> Arrived:
    """`attribute` and `data` are where the paths of faults in attributes and in the call begin."""
    faults = []
    if event.type != name:
        message = f"is {event.type}; the path says {name}"
        faults.append(Fault(path=f"{attribute}type", code="type_mismatch", message=message))
    if _media_type(event.datacontenttype) != "application/json":
        message = "only application/json is taken"
        faults.append(Fault(path=f"{attribute}datacontenttype", code="not_one_of", message=message))
    if event.data.id is not None:
        message = "the envelope's source and id are the id; leave it out here"
        faults.append(Fault(path=f"{data}/id", code="id_twice", message=message))
    if faults:
        raise Refused("body_refused", errors=faults)
    return Arrived(msgspec.structs.replace(event.data, id=_id(event.source, event.id)), event.time)


def _id(source: str, name: str) -> str:
    """One id for each pair: the last `#` parts them, or, where that is within the id, the length that follows it.

    >>> _id("/desk", "17"), _id("/desk#2", "17"), _id("/desk", "2#17")
    ('/desk#17', '/desk#2#17', '/desk#2#17#4#')
    """
    plain = f"{source}#{name}"
    return f"{plain}#{len(name)}#" if "#" in name else plain


def _media_type(content_type: str | None) -> str:
    """Without parameters such as a charset, which may follow it; JSON where nothing is said."""
    return "application/json" if content_type is None else content_type.partition(";")[0].strip().lower()


def from_headers(headers: Iterable[tuple[bytes, bytes]], call: EventCall, *, name: str) -> Arrived:
    """The call of a binary event: its attributes are the `ce-` headers, its data is the body.

    Raises:
        Refused: `body_refused` where a header is doubled, is not UTF-8, is wrong, or contradicts the call.
    """
    given, faults = _attributes(headers)
    if faults:
        raise Refused("body_refused", errors=faults)
    try:
        event = msgspec.convert({**given, "data": call}, CloudEvent)
    except msgspec.ValidationError as error:
        plain = {**given, "data": msgspec.to_builtins(call)}
        faults = [
            msgspec.structs.replace(fault, path=f"{_BINARY}{fault.path[1:]}")
            for fault in _reader.faults(plain)
            if not fault.path.startswith("/data")
        ]
        raise Refused("body_refused", str(error), errors=faults) from error
    return _arrived(event, name, attribute=_BINARY, data="")


def _attributes(headers: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], list[Fault]]:
    """What the `ce-` headers say, percent-decoded, and what is wrong with them as headers."""
    given: dict[str, str] = {}
    faults: list[Fault] = []
    for key, value in headers:
        name = key.decode("latin-1").removeprefix("ce-")
        if not key.startswith(b"ce-") or name not in _HEADERS:
            continue
        if name in given:
            faults.append(Fault(path=f"{_BINARY}{name}", code="duplicate_key", message=f"ce-{name} is given twice"))
        try:
            given[name] = unquote_to_bytes(value).decode()
        except UnicodeDecodeError:
            given[name] = ""
            faults.append(Fault(path=f"{_BINARY}{name}", code="malformed", message="is not UTF-8"))
    return given, faults
