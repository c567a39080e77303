"""SOAP: an XML envelope sent, XML read without DTD, entities or network, looked up by XPath 1.0.

Namespaces: the prefixes that the elements of `request.body` declare may be used in the mapping; `local-name()`
always works.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from tradewind.engine.core.placeholders import Template
from tradewind.engine.sources.charsets import Unreadable, text_of

_DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]*\?>")
_ENCODING: Final = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_WIDE: Final = re.compile(r"//|descendant|following|preceding|ancestor")
_STAND_IN: Final = "\ue000placeholder\ue001"

type Finder = Callable[[Any], list[Any]]


class BadXml(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A body that is no XML with placeholders where texts and attribute values stand."""


class BadXPath(ValueError):  # noqa: N818 - a refusal, named for what happened
    """An XPath that does not read, or that could take too long over a large answer."""


def read_xml(body: bytes, charset: str) -> Any:
    """The root element of an XML text.

    Raises:
        Unreadable: it is not well-formed, it has a document type, or its charset is not read.
    """
    declared = _ENCODING.match(body[:200])
    text = text_of(body, charset or (declared[1].decode().lower() if declared else ""))
    return _parsed(text)


def prefixes(body: str) -> dict[str, str]:
    """The namespaces that a request's body declares, by prefix.

    Raises:
        BadXml: the body is not well-formed, or a placeholder stands elsewhere than in a text or an attribute value.
    """
    template = Template.read(body)
    try:
        root = _parsed(template.fill(dict.fromkeys(template.names, _STAND_IN), str))
    except Unreadable as error:
        raise BadXml(str(error)) from error
    texts = [text for element in root.iter() for text in _texts(element)]
    if sum(text.count(_STAND_IN) for text in texts) != len(template.names):
        raise BadXml("placeholders stand in texts and attribute values only")
    found: dict[str, str] = {}
    for element in root.iter():
        for prefix, uri in element.nsmap.items():
            if prefix:
                found.setdefault(prefix, uri)
    return found


def finder(path: str, namespaces: dict[str, str]) -> Finder:
    """Compile an XPath 1.0; texts are what it finds, and numbers and booleans where it computes them.

    Raises:
        BadXPath: it does not read, uses an undeclared prefix, or looks through the whole document more than twice.
    """
    if len(_WIDE.findall(path)) > 2 or path.count("[") > 6:
        raise BadXPath("at most two of //, descendant, following, preceding and ancestor, and six conditions")
    try:
        compiled = etree.XPath(path, namespaces=namespaces, regexp=False, smart_strings=False)
        compiled(etree.fromstring(b"<nothing/>"))
    except (etree.XPathError, ValueError) as error:  # a ValueError where a letter is none of XML's
        raise BadXPath(f"no XPath: {error}") from error

    def find(root: Any) -> list[Any]:
        try:
            found = compiled(root)
        except etree.XPathError as error:
            raise Unreadable("an XPath fails") from error
        return [_said(node) for node in found] if isinstance(found, list) else [found]

    return find


def _parsed(text: str) -> Any:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable("a document type is not taken")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(_DECLARATION.sub("", text, count=1).strip().encode(), parser)
    except (etree.XMLSyntaxError, UnicodeError, ValueError) as error:
        raise Unreadable(f"not well-formed: {str(error)[:200]}") from error


def _texts(element: Any) -> list[str]:
    tail = element.tail or ""
    return [element.text or "", tail, *element.attrib.values()]


def _said(node: Any) -> Any:
    return "".join(map(str, node.itertext())).strip() if isinstance(node, etree._Element) else node
