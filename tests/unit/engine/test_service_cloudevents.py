"""The headers of a binary CloudEvent, as a server gives them."""

from __future__ import annotations

import pytest

from tradewind.engine.service.cloudevents import from_headers
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import EventCall

CALL = EventCall(session="s-1", customer="c-1", channel="web")
HEADERS = [(b"ce-specversion", b"1.0"), (b"ce-id", b"%C5%9F"), (b"ce-source", b"/desk"), (b"ce-type", b"asked")]


def test_percent_encoded_headers_are_decoded_and_extensions_are_passed_over() -> None:
    arrived = from_headers([*HEADERS, (b"ce-traceparent", b"\xff"), (b"host", b"\xff")], CALL, name="asked")
    assert arrived.call.id == "/desk#ş"


def test_a_header_that_is_given_twice_is_refused_whichever_would_win() -> None:
    for again in (b"%C5%9F", b"other"):
        with pytest.raises(Refused) as refused:
            from_headers([*HEADERS, (b"ce-id", again)], CALL, name="asked")
        assert [(fault.path, fault.code) for fault in refused.value.errors] == [("/headers/ce-id", "duplicate_key")]
