"""JSON Pointers (RFC 6901): where in a document something is wrong."""

from __future__ import annotations


def pointer(path: str, step: str | int) -> str:
    """One step further.

    >>> pointer("/attributes", "a/b")
    '/attributes/a~1b'
    """
    return f"{path}/{str(step).replace('~', '~0').replace('/', '~1')}"
