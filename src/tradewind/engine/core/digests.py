"""Digests of what is too large to be listed at once: the same as of the whole, a few entries at a time."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Final

import msgspec

_AT_ONCE: Final = 500
_encode = msgspec.json.Encoder(order="sorted").encode


def digest(content: object) -> str:
    """SHA-256 over content as JSON, keys sorted, no spaces; an iterator in it counts as the list of what it gives.

    >>> digest({"b": [1, iter([2, 3])], "a": iter([])}) == digest({"a": [], "b": [1, [2, 3]]})
    True
    """
    hashed = sha256()
    for piece in _pieces(content):
        hashed.update(piece)
    return hashed.hexdigest()


def _pieces(content: object) -> Iterator[bytes]:
    match content:
        case dict():
            yield b"{"
            for number, name in enumerate(sorted(content)):
                yield (b"," if number else b"") + _encode(name) + b":"
                yield from _pieces(content[name])
            yield b"}"
        case list() | tuple() if any(isinstance(each, Iterator) for each in content):
            yield b"["
            for number, each in enumerate(content):
                yield b"," if number else b""
                yield from _pieces(each)
            yield b"]"
        case Iterator():
            yield b"["
            separator = b""
            while some := list(islice(content, _AT_ONCE)):
                yield separator + _encode(some)[1:-1]
                separator = b","
            yield b"]"
        case _:
            yield _encode(content)
