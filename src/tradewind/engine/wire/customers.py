"""Consents and aliases of customers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from tradewind.engine.wire.base import Ident, Message, Name


class ConsentChange(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Consent to a purpose, or an objection to it; without a channel on every channel."""

    purpose: Name
    channel: Name | None = None
    granted: bool


class ConsentChanges(Message, frozen=True, kw_only=True):
    id: Ident | None = None
    consents: Annotated[list[ConsentChange], Meta(min_length=1, max_length=100)]


class Alias(Message, frozen=True, kw_only=True):
    """Another id that the customer went by, such as a visitor's."""

    id: Ident | None = None
    alias: Ident


class CustomerReceipt(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What was asked holds from `position` on."""

    position: str
    durable: Literal["local", "quorum"]
