"""Paths into answers: what compiles, what is found, what would take too long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tradewind.engine import wire
from tradewind.engine.sources import Guard, Hosts, Secrets, rest, soap, source_faults
from tradewind.engine.sources.charsets import Unreadable

DOCUMENT = {"a": {"b": [1, {"c": "x"}, {"c": "y"}]}, "two words": 3, "none": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [DOCUMENT]), ("$.a.b[0]", [1]), ("$['two words']", [3]), ("$.a.b[9]", []), ("$.x", []), ("$.a.x.y", []),
        ("$.a.b[-1].c", ["y"]), ("$.a.b[*].c", ["x", "y"]), ("$..c", ["x", "y"]), ("$.none", [None]),
        ("$.a.b[?@.c == 'x'].c", ["x"]), ("$.a['b'][1]['c']", ["x"]), ("$.a.b[1:].c", ["x", "y"]), ("$.a[0]", []),
    ],
)  # fmt: skip
def test_a_jsonpath_finds_what_rfc_9535_says(path: str, found: list[Any]) -> None:
    assert rest.finder(path)(DOCUMENT) == found


@pytest.mark.parametrize("path", ["", "a.b", "$.", "$[", "$.a..", "$..a..b", "$[?@.a][?@.b]", "$[?match(@.a, 'x')]",
                                  "$[?search(@.a, '(a+)+$')]", "$[?nosuch(@.a)]", "$" + "[" * 5000, "$[?@.a==1e400]",
                                  f"$[{'9' * 5000}]"])  # fmt: skip
def test_a_jsonpath_that_does_not_read_or_takes_too_long_is_refused(path: str) -> None:
    with pytest.raises(rest.BadPath):
        rest.finder(path)


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}', '{"a": 1e999}', '{"a":1,"a":2}', "", "{", "[1,]",
             "[" * 65 + "]" * 65, "nul", "{'a': 1}", "1 2", '"\\ud800' , "9" * 5000],
)  # fmt: skip
def test_json_that_is_not_strict_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        rest.read_json(text.encode(), "")


def test_brackets_in_strings_are_not_levels() -> None:
    assert rest.read_json(b'["' + b"[" * 200 + b'"]', "utf-8") == ["[" * 200]


@pytest.mark.parametrize(("charset", "codec"), [("iso-8859-2", "iso-8859-2"), ("", "utf-8"), ("utf-8", "utf-8-sig")])
def test_the_charset_is_minded(charset: str, codec: str) -> None:
    assert rest.read_json('"Brăila"'.encode(codec), charset) == "Brăila"


@pytest.mark.parametrize(
    ("body", "charset"), [(b'"\xff"', ""), (b'"a"', "x-nonsense"), (b'"a"', "base64"), (b"x", "hex")]
)
def test_a_charset_that_is_unknown_or_does_not_fit_is_unreadable(body: bytes, charset: str) -> None:
    with pytest.raises(Unreadable):
        rest.read_json(body, charset)


LAUGHS = b"""<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>"""


@pytest.mark.parametrize("body", [LAUGHS, b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>", b"<a>&nbsp;</a>", b"<a>",
                                  b"", b"<a/><b/>", "<!DOCTYPE a><a/>".encode("utf-16")])  # fmt: skip
def test_xml_with_a_document_type_or_broken_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        soap.read_xml(body, "utf-16" if body[:2] == b"\xff\xfe" else "")


def test_xml_says_its_own_charset() -> None:
    root = soap.read_xml('<?xml version="1.0" encoding="ISO-8859-2"?><a>Brăila</a>'.encode("iso-8859-2"), "")
    assert soap.finder("/a", {})(root) == ["Brăila"]


@pytest.mark.parametrize(
    "path", ["", "//", "//x:a", "//a//b//c", "nosuch(a)", "re:match(a, 'b')", "a[", "document('x')", "a\x00", "a\ufffe"]
)
def test_an_xpath_that_does_not_read_or_takes_too_long_is_refused(path: str) -> None:
    with pytest.raises(soap.BadXPath):
        soap.finder(path, {"re": "http://exslt.org/regular-expressions"} if path.startswith("re:") else {})


@pytest.mark.parametrize(
    "body", ["<a>{x}", "<{x}/>", '<a {x}="1"/>', "<a><!-- {x} --></a>", "<!DOCTYPE a><a>{x}</a>", "<?p {x}?><a/>"]
)
def test_a_placeholder_stands_in_texts_and_attribute_values_only(body: str) -> None:
    with pytest.raises(soap.BadXml):
        soap.prefixes(body)


def faults(source: dict[str, Any], *, secret: str | None = "s3cret") -> list[tuple[str, str]]:
    content = {"wire": 1, "number": 1, "data_sources": [{"name": "s", **source}]}
    environment = {} if secret is None else {"TRADEWIND_ENGINE_SECRET_BILLING": secret}
    guard = Guard(Hosts(public=frozenset({("good.example", None)})))
    found = source_faults(msgspec.convert(content, wire.Publication), guard, Secrets(environment, Path("/nonexistent")))
    return [(fault.path.removeprefix("/data_sources/0"), fault.code) for fault in found]


URL = "https://good.example/"


def test_a_good_source_has_no_faults() -> None:
    request = {"url": f"{URL}{{customer.id}}?a={{session}}", "headers": {"Authorization": {"secret": "billing"}}}
    assert faults({"request": request, "mapping": {"a.b": "$.b"}}) == []


@pytest.mark.parametrize(
    ("request_", "path", "code"),
    [
        ({"url": "https://{customer.id}.example/"}, "/request/url", "bad_url"),
        ({"url": "https://good.example{customer.id}/"}, "/request/url", "bad_url"),
        ({"url": "https://good.example:{customer.id}/"}, "/request/url", "bad_url"),
        ({"url": "{customer.id}"}, "/request/url", "bad_url"),
        ({"url": "https://good.example/{not a name}"}, "/request/url", "bad_url"),
        ({"url": "https://evil.example/"}, "/request/url", "host_not_allowed"),
        ({"url": "https://user@good.example/"}, "/request/url", "bad_url"),
        ({"url": URL, "headers": {"Host": "evil"}}, "/request/headers/Host", "bad_header"),
        ({"url": URL, "headers": {"X-A": "a\r\nb"}}, "/request/headers/X-A", "bad_header"),
        ({"url": URL, "headers": {"X A": "a"}}, "/request/headers/X A", "bad_header"),
        ({"url": URL, "headers": {"X-A": {"file": "x"}}}, "/request/headers/X-A", "bad_header"),
        ({"url": URL, "headers": {"X-A": {"secret": "other"}}}, "/request/headers/X-A", "unknown_secret"),
        ({"url": URL, "headers": {"X-A": {"secret": "../keys"}}}, "/request/headers/X-A", "unknown_secret"),
        ({"url": URL, "body": {"a": 1}}, "/request/body", "bad_body"),
    ],
)
def test_a_request_that_cannot_be_made_is_refused_at_its_path(request_: dict[str, Any], path: str, code: str) -> None:
    assert faults({"request": request_}) == [(path, code)]


def test_a_path_that_does_not_compile_is_refused_at_its_target() -> None:
    assert faults({"request": {"url": URL}, "mapping": {"a.b": "$["}}) == [("/mapping/a.b", "bad_path")]
    soaped = {"kind": "soap", "request": {"url": URL, "body": "<a/>"}, "mapping": {"a.b": "//x:b"}}
    assert faults(soaped) == [("/mapping/a.b", "bad_path")]
    assert faults({"kind": "soap", "request": {"url": URL}}) == [("/request/body", "bad_body")]


def test_a_secret_is_read_from_a_file_too_and_never_with_a_line_break(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "billing").write_text("Bearer x\n")
    secrets = Secrets({}, tmp_path)
    assert secrets.value("billing") == "Bearer x"
    (tmp_path / "secrets" / "billing").write_text("Bearer x\nX-Evil: 1")
    with pytest.raises(LookupError):
        secrets.value("billing")
