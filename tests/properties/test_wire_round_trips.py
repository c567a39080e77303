"""Every message survives the wire, and msgspec and the published schema agree on what is a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.engine import wire
from tradewind.engine.service.faults import BodyRefused, Reader
from tradewind.engine.service.strict_json import InDoubt, quick, thorough

MESSAGES: list[type[wire.Message]] = [
    wire.Publication,
    wire.PublicationReceipt,
    wire.Problem,
    wire.ConditionCheck,
    wire.ConditionReport,
    wire.EventCall,
    wire.CloudEvent,
    wire.EventAnswer,
    wire.Response,
    wire.ResponseReceipt,
    wire.PredictorView,
    wire.PublicationActivated,
    wire.EventHandled,
    wire.ResponseRecorded,
    wire.WindowsClosed,
    wire.OfferStopped,
    wire.OfferResumed,
    wire.OfferStanding,
    wire.Health,
]

text = st.text(st.characters(codec="utf-8"), max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | text
)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=8
)


def values(type: msgspec.inspect.Type) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of type
    """Plain JSON values of a message's type, as msgspec describes it."""
    match type:
        case msgspec.inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            needed = {f.encode_name: values(f.type) for f in fields if f.required}
            if tag_field is not None:
                needed[tag_field] = st.just(tag)
            optional = {f.encode_name: values(f.type) for f in fields if not f.required and f.name != "profiles"}
            return st.fixed_dictionaries(needed, optional=optional)
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([values(inner) for inner in types])
        case msgspec.inspect.StrType(pattern=pattern) if pattern is not None:
            return st.from_regex(pattern.replace(r"(?!\n)", "").replace("$", r"\Z"))
        case msgspec.inspect.StrType(min_length=low, max_length=high):
            return st.text(st.characters(codec="utf-8"), min_size=low or 0, max_size=min(high or 20, 20))
        case msgspec.inspect.IntType(ge=low, le=high):
            return st.integers(-(2**53) if low is None else low, 2**53 if high is None else high)
        case msgspec.inspect.FloatType(ge=low, le=high, gt=above):
            open_low = above is not None
            least = above if open_low else low
            return st.floats(least, high, exclude_min=open_low, allow_nan=False, allow_infinity=False)
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.LiteralType(values=known):
            return st.sampled_from(list(known))
        case msgspec.inspect.DateTimeType():
            low_at, high_at = datetime(1970, 1, 1), datetime(2100, 1, 1)
            return st.datetimes(low_at, high_at, timezones=st.just(UTC)).map(datetime.isoformat)
        case msgspec.inspect.ListType(item_type=item):
            return st.lists(values(item), max_size=2)
        case msgspec.inspect.TupleType(item_types=items):
            return st.tuples(*(values(item) for item in items)).map(list)
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(values(key), values(value), max_size=2)
        case msgspec.inspect.AnyType():
            return json_values
        case msgspec.inspect.Metadata(type=inner):
            return values(inner)
    raise NotImplementedError(type)


def plainly(value: Any) -> bytes:
    return msgspec.json.encode(value)


def escaped(value: Any) -> bytes:
    """As many clients write it: every letter beyond ASCII as an escape."""
    return json.dumps(value).encode()


WRITERS: list[Callable[[Any], bytes]] = [plainly, escaped]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_a_message_survives_the_wire_and_the_schema_takes_whatever_msgspec_takes(message: type[wire.Message]) -> None:
    reader: Reader[wire.Message] = Reader(message)

    @settings(deadline=None)
    @given(values(msgspec.inspect.type_info(message)))
    def survives_and_agrees(value: Any) -> None:
        sent = msgspec.json.encode(value)
        read = reader.fully(sent)[0]
        assert reader.fully(msgspec.json.encode(read))[0] == read
        plain = msgspec.json.decode(sent)
        msgspec.convert(plain, message)
        assert reader.faults(plain) == []

    survives_and_agrees()


@settings(deadline=None)
@given(st.data())
def test_a_spoilt_event_is_refused_by_both_or_by_neither(data: st.DataObject) -> None:
    value = data.draw(values(msgspec.inspect.type_info(wire.EventCall)))
    spoilt = {**value, data.draw(st.sampled_from(sorted(value)) | text): data.draw(json_values)}
    plain = msgspec.json.decode(msgspec.json.encode(spoilt))
    reader: Reader[wire.EventCall] = Reader(wire.EventCall)
    try:
        reader.convert(plain)
    except BodyRefused:
        assert reader.faults(plain) != []
    else:
        assert reader.faults(plain) == []


@settings(deadline=None)
@given(json_values, st.data())
def test_the_quick_and_the_thorough_reader_read_the_same(value: Any, data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(WRITERS))(value)
    thoroughly, faults = thorough(body)
    assert faults == []
    try:
        quickly = quick(body)
    except InDoubt:
        return
    assert quickly == thoroughly


@settings(deadline=None)
@given(st.dictionaries(text, json_values, min_size=1, max_size=5), st.data())
def test_a_doubled_key_is_never_missed(value: dict[str, Any], data: st.DataObject) -> None:
    doubled = data.draw(st.sampled_from(sorted(value)))
    write = data.draw(st.sampled_from(WRITERS))
    body = write(value)[:-1] + b"," + write({doubled: data.draw(json_values)})[1:]
    with pytest.raises(InDoubt):
        quick(body)
    _, faults = thorough(body)
    assert [fault.code for fault in faults] == ["duplicate_key"]
