"""Bytes to text, in the charsets that data sources are known to use; anything else is garbled."""

from __future__ import annotations

from typing import Final

_CODECS: Final = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-2": "iso-8859-2",
    "iso-8859-16": "iso-8859-16",
    "windows-1250": "cp1250",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
}


class Unreadable(ValueError):  # noqa: N818 - a refusal, named for what happened
    """An answer that is not what its kind of source sends."""


def text_of(body: bytes, charset: str) -> str:
    """The text, without a byte order mark.

    Raises:
        Unreadable: the charset is not known or the bytes do not fit it.
    """
    codec = _CODECS.get(charset)
    if codec is None:
        raise Unreadable(f"the charset {charset[:40]} is not read")
    try:
        return body.decode(codec).removeprefix("\ufeff")
    except UnicodeError as error:
        raise Unreadable(f"not {codec}") from error
