"""An event's call read in one go: never another call than the thorough reading finds, or doubt."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.engine.service import calls
from tradewind.engine.service.faults import BodyRefused, Reader
from tradewind.engine.service.preparing import Asked
from tradewind.engine.service.strict_json import InDoubt
from tradewind.engine.wire import EventCall

_reader: Reader[EventCall] = Reader(EventCall)
CALL: dict[str, Any] = {"session": "s", "customer": "c", "channel": "web", "attributes": {"a.b": 1.5, "a.c": "x:y"}}


def test_a_text_is_made_only_of_what_cannot_be_counted_without() -> None:
    plain = {**CALL, "id": "e", "agent": "a", "language": "en", "limit": 1, "dry_run": True, "min_position": "3"}
    for call in (CALL, plain, {**CALL, "attributes": {}}, {**plain, "attributes": {"a.b": [1, 2], "a.c": None}}):
        few = {**call, "attributes": {key: value for key, value in call["attributes"].items() if value != "x:y"}}
        assert calls.quickly(json.dumps(few).encode()) == (msgspec.convert(few, EventCall), None)
    _, text = calls.quickly(json.dumps(CALL).encode())
    assert text is not None
    assert text.count(b":") == 7


def test_a_call_is_read_with_the_text_that_its_digest_is_taken_of() -> None:
    call, text = calls.quickly(json.dumps({**CALL, "id": "e-1"}).encode())
    assert call == EventCall(id="e-1", session="s", customer="c", channel="web", attributes=CALL["attributes"])
    with_text = Asked.of("e", call, occurred_at=None, began=0.0, text=text)
    assert with_text.digest == Asked.of("e", call, occurred_at=None, began=0.0).digest


def test_a_call_without_an_id_has_no_digest_since_it_is_never_the_same_again() -> None:
    call, _ = calls.quickly(json.dumps(CALL).encode())
    assert Asked.of("e", call, occurred_at=None, began=0.0).digest == ""


@pytest.mark.parametrize(
    "body",
    [
        b'{"session":"s","customer":"c","channel":"web","session":"s"}',
        b'{"session":"s","customer":"c","channel":"web","sess\\u0069on":"s"}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a":1,"a":1}}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a":{"b":[{"c":1,"c":2}]}}}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a":"\\u003a","b":1,"b":1}}',
        b'{"session":"s","customer":"c","channel":"web","language":null,"limit":1,"limit":2}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{},"attributes":{}}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{},"session":"s"}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a":1},"attributes":{}}',
        b'{"session":"s","customer":"c","session":"\\"attributes\\":","channel":"web"}',
        b'{"session":"s","customer":"c","channel":"web","session":"attributes"}',
        b'{"session":"s","customer":"c"}',
        b'{"session":"s","customer":"c","channel":"web","more":1}',
        b"[",
    ],
)
def test_a_doubled_key_or_a_wrong_form_is_in_doubt(body: bytes) -> None:
    with pytest.raises(InDoubt):
        calls.quickly(body)


@pytest.mark.parametrize(
    "more", [{"language": None, "dry_run": False}, {"response": {"decision": "d", "offer": "o", "outcome": "accepted"}}]
)
def test_what_cannot_be_counted_is_read_the_other_way(more: dict[str, Any]) -> None:
    body = json.dumps({**CALL, **more}).encode()
    with pytest.raises(InDoubt):
        calls.quickly(body)
    call, text = asyncio.run(calls.read(body))
    assert (call, text) == (_reader.fully(body)[0], None)


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_fields = st.sampled_from(
    ["session", "customer", "channel", "agent", "language", "limit", "dry_run", "id", "attributes", "other"]
)
_pairs: st.SearchStrategy[list[tuple[str, Any]]] = st.lists(
    st.tuples(_fields, st.sampled_from(["s", "en", 3, None, False, "a:b", {}, '"attributes":'])), max_size=4
)


@given(_pairs, st.dictionaries(st.text(max_size=4), _values, max_size=4), st.booleans())
def test_a_quick_reading_is_what_a_thorough_one_finds(
    pairs: list[tuple[str, Any]], attributes: dict[str, Any], ascii: bool
) -> None:
    first = [("session", "s"), ("customer", "c"), ("channel", "web"), ("attributes", attributes)]
    written = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=ascii)}" for key, value in [*first, *pairs]]
    body = ("{" + ", ".join(written) + "}").encode("utf-8", "surrogatepass")
    try:
        call, _ = calls.quickly(body)
    except InDoubt:
        return
    try:
        assert call == _reader.fully(body)[0]
    except BodyRefused as refused:  # only what was read may be called read
        raise AssertionError(refused.faults) from refused
