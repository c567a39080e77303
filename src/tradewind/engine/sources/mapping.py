"""From an answer to typed attributes. What does not fit is missing, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.context import typed
from tradewind.engine.core.populating import CompiledSource
from tradewind.engine.sources import rest, soap
from tradewind.engine.sources.fetched import Fetched

_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


class Mapped(msgspec.Struct, frozen=True, gc=False):
    """The attributes that fit, and how many values were there and did not."""

    values: Mapping[str, Any]
    misfits: int


class Mapper:
    """One source's mapping, compiled.

    Raises:
        BadPath, BadXPath, BadXml: it does not compile, which a published one does unless a library changed.
    """

    def __init__(self, source: CompiledSource) -> None:
        document = source.document
        self._is_soap = document.kind == "soap"
        if self._is_soap:
            namespaces = soap.prefixes(document.request.body)
            finders = {name: soap.finder(path, namespaces) for name, path in document.mapping.items()}
        else:
            finders = {name: rest.finder(path) for name, path in document.mapping.items()}
        self._finders = [(name, source.attributes[name], find) for name, find in finders.items()]

    def read(self, fetched: Fetched) -> Mapped:
        """The attributes in an answer.

        Raises:
            Unreadable: the answer is not what this kind of source sends.
        """
        read = soap.read_xml if self._is_soap else rest.read_json
        document = read(fetched.body, fetched.charset)
        values: dict[str, Any] = {}
        misfits = 0
        for name, attribute, find in self._finders:
            found = find(document)
            raw = _told(found, attribute) if self._is_soap else _one(found, attribute)
            value = typed(raw, attribute)
            if value is not None:
                values[name] = value
            misfits += value is None and any(each is not None for each in found)
        return Mapped(values, misfits)


def _one(found: list[Any], attribute: wire.Attribute) -> Any:
    """The value of the one node found; a list may also be made of several nodes."""
    if len(found) == 1 and (attribute.type != "list" or isinstance(found[0], list)):
        return found[0]
    return found if attribute.type == "list" and found else None


def _told(found: list[Any], attribute: wire.Attribute) -> Any:
    """The same out of XML, where everything is a text."""
    texts = [each.strip() if isinstance(each, str) else each for each in found]
    if attribute.type == "list":
        return texts or None
    if len(texts) != 1 or texts[0] == "":
        return None
    text = texts[0]
    if not isinstance(text, str):
        return text
    if attribute.type == "number":
        return _number(text)
    return _TRUTHS.get(text, text) if attribute.type == "boolean" else text


def _number(text: str) -> Any:
    try:
        return float(text) if text.isascii() and "_" not in text else text
    except ValueError:
        return text
