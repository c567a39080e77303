"""What only the customer's key opens: who it was, what was said of them, what was answered."""

from __future__ import annotations

from typing import Any

import msgspec

from tradewind.engine.core.events import EventHandled
from tradewind.engine.history import Subject, Vault


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed part of an event; `answer` is what was sent back, without its position."""

    customer: str
    attributes: dict[str, Any]
    answer: msgspec.Raw


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sealed).decode


def sealed(vault: Vault, subject: Subject, fact_id: str, content: Sealed) -> bytes:
    """Encrypt under the customer's key; the fact's id is bound to it, so it cannot be moved to another fact."""
    return vault.seal(subject, fact_id.encode(), _encode(content))


def opened(vault: Vault, fact: EventHandled) -> Sealed | None:
    """Decrypt; None where the customer's key is gone."""
    plain = vault.unseal(fact.subject, fact.id.encode(), fact.sealed)
    return None if plain is None else _decode(plain)
