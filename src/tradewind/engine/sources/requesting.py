"""From a source's declared request and one customer's values to a call that is ready to be sent.

Values are encoded by their place: percent-encoded in a URL, where they can change neither host nor the number of
path segments; structurally in a JSON body; escaped in an XML body; refused in a header if no header takes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.placeholders import Template, substituted
from tradewind.engine.sources.fetching import Call
from tradewind.engine.sources.secrets import Secrets, UnknownSecret

_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]*", re.ASCII)
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_encode: Final = msgspec.json.Encoder().encode


class Unsendable(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A value cannot stand where the request has its placeholder, or a secret is not there."""


class RequestTemplate:
    """One source's request, cut at its placeholders."""

    def __init__(self, source: wire.DataSource, secrets: Secrets) -> None:
        request = source.request
        path, mark, query = request.url.partition("?")
        self._method = "POST" if source.kind == "soap" else request.method
        self._path = Template.read(path)
        self._query = Template.read(mark + query)
        self._headers = {name: Template.read(text) for name, text in request.headers.items() if isinstance(text, str)}
        self._secret_names = {
            name: given["secret"] for name, given in request.headers.items() if not isinstance(given, str)
        }
        self._secrets = secrets
        self._body = request.body
        self._xml = Template.read(request.body) if source.kind == "soap" and isinstance(request.body, str) else None
        self._implied = _implied(source)

    def call(self, values: Mapping[str, Any]) -> Call:
        """The request for one customer.

        Raises:
            Unsendable: a value does not fit its place, or a secret is missing.
        """
        try:
            secrets = {name: self._secrets.value(secret) for name, secret in self._secret_names.items()}
        except UnknownSecret as error:
            raise Unsendable(str(error)) from error
        try:
            return self._filled(values, secrets)
        except OverflowError as error:  # the first or last hours of the calendar, in another time zone
            raise Unsendable("an instant has no date in UTC") from error

    def _filled(self, values: Mapping[str, Any], secrets: Mapping[str, str]) -> Call:
        url = self._path.fill(values, _segment) + self._query.fill(values, _parameter)
        _check_segments(url)
        headers = {name: _header(template.fill(values, str)) for name, template in self._headers.items()}
        return Call(self._method, url, {**self._implied, **headers}, self._filled_body(values), secrets)

    def _filled_body(self, values: Mapping[str, Any]) -> bytes | None:
        if self._xml is not None:
            return self._xml.fill(values, _xml_text).encode()
        return None if self._body is None else _encode(substituted(self._body, values))


def _implied(source: wire.DataSource) -> dict[str, str]:
    """The headers that the kind of source needs, unless the publication has them."""
    given = {name.lower() for name in source.request.headers}
    if source.kind == "soap":
        implied = {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml, application/soap+xml"}
    else:
        implied = {"Accept": "application/json"}
        if source.request.body is not None:
            implied["Content-Type"] = "application/json"
    return {name: value for name, value in implied.items() if name.lower() not in given}


def _segment(text: str) -> str:
    """A value in a path. One that some server could take for a step up, or for more than one segment, is refused."""
    if _PLAIN.fullmatch(text):
        return text
    if not text or _CONTROL.search(text) or "\\" in text or any(part in (".", "..") for part in text.split("/")):
        raise Unsendable("a value cannot stand in the path of a URL")
    return quote(text, safe="")


def _parameter(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quote(text, safe="")


def _check_segments(url: str) -> None:
    """A value may not make a step up together with the dots around its placeholder."""
    path = url.partition("?")[0]
    if "/." not in path and "/%2E" not in path:
        return
    if any(part.replace("%2E", ".") in (".", "..") for part in path.split("/")[3:]):
        raise Unsendable("a value makes a step up in the path of a URL")


def _header(text: str) -> str:
    if not _HEADER_VALUE.fullmatch(text):
        raise Unsendable("a value cannot stand in a header")
    return text


def _xml_text(text: str) -> str:
    if _NOT_IN_XML.search(text):
        raise Unsendable("a value cannot stand in XML")
    return escape(text, {'"': "&quot;", "'": "&apos;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})
