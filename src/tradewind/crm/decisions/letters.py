"""Letters to the engine: what a customer did with a decided offer, as the outbox keeps it until it has arrived."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tradewind.crm.decisions.models import Answer, Outbox
from tradewind.crm.identity.models import User
from tradewind.engine import wire


def letter(
    *,
    decision: str,
    offer: str,
    outcome: str,
    now: datetime,
    agent: User | None = None,
    answer: Answer | None = None,
    correction: bool = False,
) -> Outbox:
    """A letter that is not saved yet. Its id is the response's id, so it counts once however often it is sent.

    Args:
        decision: the decision's id in the engine.
        offer, outcome: their code and name.
        answer: None where the customer never saw the offer.
    """
    written = Outbox(answer=answer, created_at=now, next_attempt_at=now)
    response = wire.Response(
        id=str(written.id),
        decision=decision,
        offer=offer,
        outcome=outcome,
        agent=agent_reference(agent),
        at=now,
        correction=correction,
    )
    written.payload = msgspec.to_builtins(response)
    return written


def agent_reference(agent: User | None) -> str | None:
    """How the engine knows an agent: by number, never by name."""
    return f"agent-{agent.pk}" if agent is not None else None
