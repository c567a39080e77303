"""A value can never become anything else than a value."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from tradewind.engine import wire
from tradewind.engine.sources import Secrets
from tradewind.engine.sources.requesting import RequestTemplate, Unsendable


def template(kind: str = "rest", **request: Any) -> RequestTemplate:
    source = msgspec.convert({"name": "s", "kind": kind, "request": request}, wire.DataSource)
    return RequestTemplate(source, Secrets({}, Path("/nonexistent")))


@given(st.text())
def test_a_value_in_a_path_stays_one_segment_or_is_refused(value: str) -> None:
    made = template(url="http://good.example/a/{v}/b?k={v}&z=1")
    try:
        url = made.call({"v": value}).url
    except Unsendable:
        return
    parsed = URL(url, encoded=True)
    assert (parsed.scheme, parsed.host, parsed.port) == ("http", "good.example", 80)
    assert [unquote(part) for part in url.partition("?")[0].split("/")[3:]] == ["a", value, "b"]
    assert URL(url).path.count("/") >= 3
    assert [unquote(pair.partition("=")[2]) for pair in url.partition("?")[2].split("&")] == [value, "1"]
    assert url.isascii()
    assert url.isprintable()


@pytest.mark.parametrize(
    "value", ["", ".", "..", "../admin", "a/../b", "..\\x", "x\r\nHost: evil", "a\x00b", "a\tb", "./x"]
)
def test_a_value_that_could_walk_the_path_is_refused(value: str) -> None:
    with pytest.raises(Unsendable):
        template(url="http://good.example/a/{v}/b").call({"v": value})


def test_dots_around_a_value_make_no_step_up() -> None:
    made = template(url="http://good.example/a/.{v}/b")
    with pytest.raises(Unsendable):
        made.call({"v": ".".join("")})
    assert made.call({"v": "x"}).url == "http://good.example/a/.x/b"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a b/c?d#e&f=g%20", "a%20b%2Fc%3Fd%23e%26f%3Dg%2520"), ("@evil.example", "%40evil.example"),
        ("ș", "%C8%99"), (3.0, "3"), (2.5, "2.5"), (True, "true"), (("a", "b"), "a%2Cb"),
    ],
)  # fmt: skip
def test_values_are_percent_encoded(value: Any, written: str) -> None:
    assert template(url="http://good.example/{v}").call({"v": value}).url == f"http://good.example/{written}"


_WEST, _EAST = timezone(-timedelta(hours=14)), timezone(timedelta(hours=14))


@pytest.mark.parametrize("value", [datetime.max.replace(tzinfo=_WEST), datetime.min.replace(tzinfo=_EAST)])
def test_an_instant_that_no_calendar_in_utc_has_is_refused(value: datetime) -> None:
    with pytest.raises(Unsendable):
        template(url="http://good.example/{v}").call({"v": value})
    with pytest.raises(Unsendable):
        template(url="http://good.example/", method="POST", body={"since": "x {v}"}).call({"v": value})


def test_an_instant_is_written_in_utc() -> None:
    assert template(url="http://good.example/?at={v}").call({"v": datetime(2026, 3, 1, 9, tzinfo=_EAST)}).url == (
        "http://good.example/?at=2026-02-28T19%3A00%3A00Z"
    )


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "ü", "\x7f"])
def test_a_value_that_no_header_takes_is_refused(value: str) -> None:
    with pytest.raises(Unsendable):
        template(url="http://good.example/", headers={"X-Who": "id {v}"}).call({"v": value})


@given(st.text())
def test_a_value_in_xml_is_read_back_as_it_was(value: str) -> None:
    from lxml import etree

    made = template("soap", url="http://good.example/", body='<a b="{v}">{v}</a>')
    try:
        body = made.call({"v": value}).body
    except Unsendable:
        return
    assert body is not None
    root = etree.fromstring(body)
    assert (root.text or "", root.get("b"), len(root)) == (value, value, 0)


@given(st.text())
def test_a_value_in_json_is_read_back_as_it_was(value: str) -> None:
    made = template(url="http://good.example/", method="POST", body={"a": "{v}", "b": ["x {v}"], "{v}": None})
    body = made.call({"v": value}).body
    assert body is not None
    assert msgspec.json.decode(body) == {"a": value, "b": [f"x {value}"], "{v}": None}
