"""Answers and headers of the hot doors, without what a general framework does for every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_JSON: Final = (b"content-type", b"application/json")


class JsonReply(Response):
    """A 200 of bytes that are JSON already."""

    def __init__(self, content: bytes) -> None:
        self.status_code = 200
        self.background = None
        self.body = content
        self.raw_headers = [(b"content-length", b"%d" % len(content)), _JSON]


def header(request: Request, name: bytes) -> str | None:
    """The first value of a header, its name in lower case as servers give it."""
    for key, value in request.scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


def every_header(request: Request, name: bytes) -> Iterator[str]:
    """All values of a header that may stand there more than once."""
    return (value.decode("latin-1") for key, value in request.scope["headers"] if key == name)
