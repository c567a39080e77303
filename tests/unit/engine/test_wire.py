"""The wire's messages: what they refuse, and that the refusal names everything."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import msgspec
import pytest
from tests.publications import sample

from tradewind.engine import wire
from tradewind.engine.service.faults import MAX_FAULTS, BodyRefused, Reader
from tradewind.engine.service.strict_json import InDoubt, quick, thorough

EVENT = b'{"session":"s","customer":"c","channel":"web"}'


def faults(type: Any, body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(BodyRefused) as refused:
        Reader[Any](type).fully(body)
    return [(fault.path, fault.code) for fault in refused.value.faults]


AT_ONCE = """
import sys, threading
import msgspec
from tradewind.engine import wire

def read():
    start.wait()
    read_by_all.append(msgspec.json.decode(sys.argv[1], type=wire.Publication).number)

read_by_all, start = [], threading.Barrier(4)
sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(read_by_all)
"""


def test_messages_may_be_read_on_several_threads_from_the_first_time_on() -> None:
    document = msgspec.json.encode(sample(7)).decode()
    done = subprocess.run([sys.executable, "-c", AT_ONCE, document], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[7, 7, 7, 7]\n"), done.stderr


def test_a_good_message_is_read_on_the_quick_path() -> None:
    assert Reader[wire.EventCall](wire.EventCall).quickly(EVENT) == wire.EventCall(
        session="s", customer="c", channel="web"
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"session":"s","session":"t","customer":"c","channel":"web"}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a.b":1,"a.b":2}}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a.b":"x:y","a.b":2}}',
        b'{"session":"\\u003a","session":"t","customer":"c","channel":"web"}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a.b":NaN}}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a.b":1e999}}',
        b'{"session":"s","customer":"c","channel":"web","attributes":{"a.b":' + b"[" * 40 + b"]" * 40 + b"}}",
        b"",
        b"\xff",
        b"{",
    ],
)
def test_the_quick_path_never_vouches_for_a_bad_text(body: bytes) -> None:
    with pytest.raises(InDoubt):
        quick(body)


def test_every_fault_of_an_event_is_listed_with_its_pointer() -> None:
    body = b'{"session":1,"extra":2,"channel":"a b","limit":99,"min_position":"x","attributes":[],"language":"RO"}'
    assert faults(wire.EventCall, body) == [
        ("/attributes", "wrong_type"),
        ("/channel", "wrong_form"),
        ("/customer", "missing"),
        ("/extra", "unknown_field"),
        ("/language", "wrong_form"),
        ("/limit", "out_of_range"),
        ("/min_position", "wrong_form"),
        ("/session", "wrong_type"),
    ]


def test_an_unknown_action_is_named_by_its_tag() -> None:
    body = b'{"wire":1,"number":1,"events":[{"name":"x","actions":[{"do":"decide"},{"do":"zap"},3]}]}'
    assert faults(wire.Publication, body) == [
        ("/events/0/actions/0/placement", "missing"),
        ("/events/0/actions/1", "not_one_of"),
        ("/events/0/actions/2", "wrong_type"),
    ]


def test_one_response_or_a_list_is_told_by_what_was_sent() -> None:
    assert faults(wire.Response | list[wire.Response], b'[{"decision":1}]') == [
        ("/0/decision", "wrong_type"),
        ("/0/offer", "missing"),
        ("/0/outcome", "missing"),
    ]
    assert faults(wire.Response | list[wire.Response], b'"x"') == [("", "wrong_type")]


def test_doubled_keys_and_numbers_that_are_not_finite_are_found_at_every_depth() -> None:
    value, found = thorough(b'{"a":NaN,"a":-1e999,"b":{"c/d":1,"c/d":[{"e":1,"e":2}]}}')
    assert value is None
    assert [(fault.path, fault.code) for fault in found] == [
        ("/a", "not_finite"),
        ("/a", "duplicate_key"),
        ("/a", "not_finite"),
        ("/b/c~1d", "duplicate_key"),
        ("/b/c~1d/0/e", "duplicate_key"),
    ]


def test_malformed_json_is_placed_by_line_and_column() -> None:
    _, (fault,) = thorough(b'{"a":\n 1,}')
    assert (fault.code, fault.line, fault.column) == ("malformed", 2, 3)


@pytest.mark.parametrize("bracket", [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting_is_refused_before_it_is_read(bracket: tuple[bytes, bytes]) -> None:
    _, (fault,) = thorough(bracket[0] * 100_000 + b"1" + bracket[1] * 100_000)
    assert fault.code == "too_deep"


def test_brackets_inside_strings_are_not_nesting() -> None:
    value, found = thorough(msgspec.json.encode({"a": "[" * 100 + '\\"' + "{" * 100}))
    assert found == []
    assert value == {"a": "[" * 100 + '\\"' + "{" * 100}


def test_half_a_surrogate_pair_is_refused() -> None:
    _, found = thorough(b'{"\\ud800":1,"b":"\\udfff","c":"\\ud83d\\ude00"}')
    assert [(fault.path, fault.code) for fault in found] == [("", "lone_surrogate"), ("/b", "lone_surrogate")]


def test_a_flood_of_faults_is_capped_and_counted() -> None:
    found = faults(wire.EventCall, msgspec.json.encode({f"x{index}": 1 for index in range(MAX_FAULTS + 10)}))
    assert len(found) == MAX_FAULTS + 1
    assert found[-1] == ("", "more")


@pytest.mark.parametrize("channel", ["web\n", "-web", "", "w" * 65, "we b"])
def test_a_name_has_no_other_letters_at_either_end(channel: str) -> None:
    body = msgspec.json.encode({"session": "s", "customer": "c", "channel": channel})
    assert faults(wire.EventCall, body) == [("/channel", "wrong_form")]


@pytest.mark.parametrize("at", ["2026-01-01", "2026-01-01T00:00:00", "yesterday", "2026-13-01T00:00:00Z"])
def test_an_instant_needs_an_offset_and_a_real_date(at: str) -> None:
    body = msgspec.json.encode({"decision": "d", "offer": "o", "outcome": "accepted", "at": at})
    assert faults(wire.Response, body) == [("/at", "wrong_form")]


def test_a_whole_number_is_not_a_boolean_and_has_no_fraction() -> None:
    assert faults(wire.EventCall, EVENT[:-1] + b',"limit":true}') == [("/limit", "wrong_type")]
    assert faults(wire.EventCall, EVENT[:-1] + b',"limit":1.5}') == [("/limit", "wrong_type")]


def test_a_number_without_a_fraction_is_whole_as_in_json_schema() -> None:
    reader: Reader[wire.EventCall] = Reader(wire.EventCall)
    call, plain = reader.fully(EVENT[:-1] + b',"limit":2.0,"attributes":{"a.b":[2.5,3.0]}}')
    assert (call.limit, call.attributes) == (2, {"a.b": [2.5, 3]})
    assert plain["limit"] == 2.0


def test_a_cloud_event_takes_extensions_but_its_data_does_not() -> None:
    envelope = {"specversion": "1.0", "id": "1", "source": "/x", "type": "t", "traceparent": "00-1"}
    good = {**envelope, "data": {"session": "s", "customer": "c", "channel": "web"}}
    assert msgspec.json.decode(msgspec.json.encode(good), type=wire.CloudEvent).type == "t"
    bad = {**envelope, "data": {**good["data"], "traceparent": "00-1"}}  # type: ignore[dict-item]  # `data` is a mapping, the rest is text
    assert faults(wire.CloudEvent, msgspec.json.encode(bad)) == [("/data/traceparent", "unknown_field")]


def test_the_sample_publication_is_a_publication() -> None:
    document = msgspec.json.decode(msgspec.json.encode(sample(7)), type=wire.Publication)
    assert document.number == 7
    assert len(document.offers) == 12
