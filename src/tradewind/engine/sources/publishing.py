"""What only this engine can say about a publication's sources: may it call these hosts, has it these secrets,
do these paths compile. Checked when it is published, never when history is read: settings may have changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tradewind.engine import wire
from tradewind.engine.core.placeholders import Template
from tradewind.engine.core.pointers import pointer
from tradewind.engine.sources import rest, soap
from tradewind.engine.sources.guard import Guard, NotAllowed
from tradewind.engine.sources.secrets import Secrets, UnknownSecret

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}", re.ASCII)
_VALUE: Final = re.compile(r"[\x20-\x7e]*", re.ASCII)
_OURS: Final = frozenset(
    {
        "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_STAND_IN: Final = "0"


def source_faults(document: wire.Publication, guard: Guard, secrets: Secrets) -> list[wire.Fault]:
    """Everything wrong, each at its path; codes of the guard, and bad_header, unknown_secret, bad_body, bad_path."""
    return [*_sources(document, guard, secrets), *_notifications(document, guard)]


def _sources(document: wire.Publication, guard: Guard, secrets: Secrets) -> Iterator[wire.Fault]:
    for number, source in enumerate(document.data_sources):
        path = f"/data_sources/{number}"
        yield from _url(f"{path}/request/url", source.request.url, guard)
        yield from _headers(f"{path}/request/headers", source, secrets)
        yield from _body(f"{path}/request/body", source)
        yield from _mapping(f"{path}/mapping", source)


def _notifications(document: wire.Publication, guard: Guard) -> Iterator[wire.Fault]:
    for number, event in enumerate(document.events):
        for place, action in enumerate(event.actions):
            if isinstance(action, wire.Notify):
                path = f"/events/{number}/actions/{place}/url"
                if Template.read(action.url).names:
                    yield _fault(path, "bad_url", "no placeholders here")
                else:
                    yield from _url(path, action.url, guard)


def _url(path: str, url: str, guard: Guard) -> Iterator[wire.Fault]:
    """Placeholders stand in path and query only, so the host is the same whatever the values."""
    template = Template.read(url)
    if template.names and not re.match(r"https?://[^/?]+[/?]", template.literals[0]):
        yield _fault(path, "bad_url", "placeholders stand in the path or the query, behind the host")
        return
    try:
        guard.admit(template.fill(dict.fromkeys(template.names, _STAND_IN), str))
    except NotAllowed as refused:
        yield _fault(path, refused.code, str(refused))


def _headers(path: str, source: wire.DataSource, secrets: Secrets) -> Iterator[wire.Fault]:
    seen: set[str] = set()
    for name, given in source.request.headers.items():
        place = pointer(path, name)
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS or name.lower() in seen:
            yield _fault(place, "bad_header", "no header that a publication may set, or one that is there already")
        seen.add(name.lower())
        if isinstance(given, str):
            if not _VALUE.fullmatch(given):
                yield _fault(place, "bad_header", "only printable ASCII")
        elif set(given) != {"secret"}:
            yield _fault(place, "bad_header", 'a text, or {"secret": "name"}')
        else:
            try:
                secrets.value(given["secret"])
            except UnknownSecret as unknown:
                yield _fault(place, "unknown_secret", str(unknown))


def _body(path: str, source: wire.DataSource) -> Iterator[wire.Fault]:
    body = source.request.body
    if source.kind == "rest":
        if body is not None and source.request.method == "GET":
            yield _fault(path, "bad_body", "a GET has no body")
        return
    if not isinstance(body, str):
        yield _fault(path, "bad_body", "a SOAP request has its envelope here, as a text")
        return
    try:
        soap.prefixes(body)
    except soap.BadXml as error:
        yield _fault(path, "bad_body", str(error))


def _mapping(path: str, source: wire.DataSource) -> Iterator[wire.Fault]:
    try:
        namespaces = soap.prefixes(source.request.body) if source.kind == "soap" else {}
    except (soap.BadXml, TypeError):
        namespaces = {}  # said at the body
    for name, expression in source.mapping.items():
        try:
            if source.kind == "soap":
                soap.finder(expression, namespaces)
            else:
                rest.finder(expression)
        except (rest.BadPath, soap.BadXPath) as error:
            yield _fault(pointer(path, name), "bad_path", str(error))


def _fault(path: str, code: str, message: str) -> wire.Fault:
    return wire.Fault(path=path, code=code, message=message)
