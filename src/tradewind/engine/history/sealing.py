"""What only the customer's key opens: who it was, what was said of them, what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tradewind.engine.core.events import EventHandled
from tradewind.engine.history.vault import Subject, Vault


class Sealed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sealed part of an event; `answer` is what was sent back, without its position.

    `context` is every value that was known when it was decided: those of the call, of the session, of the
    sources, and those assigned before; None where they are just the call's `attributes`. `defaults` names those
    among them that are fallbacks, `assigned` has what was set after the decision.
    """

    customer: str
    attributes: dict[str, Any]
    answer: msgspec.Raw
    context: dict[str, Any] | None = None
    defaults: tuple[str, ...] = ()
    assigned: dict[str, Any] = {}

    def decided_with(self) -> Mapping[str, Any]:
        """Every value that was known when it was decided."""
        return self.attributes if self.context is None else self.context

    def left_behind(self) -> dict[str, Any]:
        """What the session's next event knows from it: fallbacks are not knowledge."""
        known = {name: value for name, value in self.decided_with().items() if name not in self.defaults}
        return {**known, **self.assigned}


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sealed).decode


def sealed(vault: Vault, subject: Subject, fact_id: str, content: Sealed) -> bytes:
    """Encrypt under the customer's key; the fact's id is bound to it, so it cannot be moved to another fact."""
    return vault.seal(subject, fact_id.encode(), _encode(content))


def opened(vault: Vault, fact: EventHandled) -> Sealed | None:
    """Decrypt; None where the customer's key is gone."""
    plain = vault.unseal(fact.subject, fact.id.encode(), fact.sealed)
    return None if plain is None else _decode(plain)
