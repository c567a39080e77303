"""One noun per file; import them from here."""

from __future__ import annotations

from tradewind.crm.toolkit.models.condition_group import Attribute, ConditionGroup
from tradewind.crm.toolkit.models.event import EventDeclaration
from tradewind.crm.toolkit.models.named import Named
from tradewind.crm.toolkit.models.outcome import SKIPPED, Outcome
from tradewind.crm.toolkit.models.placement import Arbitration, Channel, Placement, RankedBy

__all__ = [
    "SKIPPED",
    "Arbitration",
    "Attribute",
    "Channel",
    "ConditionGroup",
    "EventDeclaration",
    "Named",
    "Outcome",
    "Placement",
    "RankedBy",
]
