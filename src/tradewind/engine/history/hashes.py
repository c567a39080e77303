"""Hashes that do not let go of the interpreter.

hashlib does for 2,048 bytes and more. The hash of a page takes four microseconds; getting the interpreter back from
a busy event loop takes up to its switch interval, and a checkpoint hashes hundreds of pages while nothing is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b, sha256
from typing import Final

SUM: Final = 16
"""Bytes of a page's sum."""

_AT_ONCE: Final = 2_000
_LONG: Final = 1 << 20
"""From here on others should rather go on meanwhile."""


def digest_of(body: bytes) -> bytes:
    """SHA-256."""
    hashed = sha256(body[:_AT_ONCE] if len(body) < _LONG else body)
    _go_on(hashed.update, body)
    return hashed.digest()


def sum_of(page: bytes | memoryview) -> bytes:
    """BLAKE2b, 16 bytes of it."""
    hashed = blake2b(page[:_AT_ONCE] if len(page) < _LONG else page, digest_size=SUM)
    _go_on(hashed.update, page)
    return hashed.digest()


def _go_on(update: Callable[[bytes | memoryview], None], content: bytes | memoryview) -> None:
    if len(content) < _LONG:
        for start in range(_AT_ONCE, len(content), _AT_ONCE):
            update(content[start : start + _AT_ONCE])
