"""What customers answered."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from tradewind.engine.wire.base import Ident, Instant, Message, Name, Weight


class Response(Message, frozen=True, kw_only=True):
    """What the customer answered. Without `id`, (decision, offer, outcome) is the id."""

    id: Ident | None = None
    decision: Ident
    offer: Ident
    outcome: Name
    agent: Ident | None = None
    at: Instant | None = None
    value: Weight | None = None
    correction: bool = False


class Refusal(Message, frozen=True, kw_only=True):
    index: int
    code: str
    message: str


class ResponseReceipt(Message, frozen=True, kw_only=True, omit_defaults=False):
    position: str
    durable: Literal["local", "quorum"]
    recorded: int
    duplicates: int
    refused: list[Refusal] = field(default_factory=list)
