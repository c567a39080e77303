"""One noun per file; import them from here."""

from __future__ import annotations

from tradewind.crm.decisions.models.answer import Answer
from tradewind.crm.decisions.models.decision import DecidedOffer, Decision
from tradewind.crm.decisions.models.estimate import Estimate
from tradewind.crm.decisions.models.gate import Gate
from tradewind.crm.decisions.models.outbox import Outbox
from tradewind.crm.decisions.models.publication import Publication, PublishedOffer
from tradewind.crm.decisions.models.stop import Stop

__all__ = [
    "Answer",
    "DecidedOffer",
    "Decision",
    "Estimate",
    "Gate",
    "Outbox",
    "Publication",
    "PublishedOffer",
    "Stop",
]
