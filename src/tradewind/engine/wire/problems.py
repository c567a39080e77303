"""What was wrong with a call."""

from __future__ import annotations

from tradewind.engine.wire.base import Message


class Fault(Message, frozen=True, kw_only=True):
    """One thing wrong: `path` is a JSON Pointer into the body, line and column count from 1 in an expression."""

    path: str
    code: str
    message: str
    line: int | None = None
    column: int | None = None


class Problem(Message, frozen=True, kw_only=True):
    """RFC 9457, media type application/problem+json."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] = []
