"""What may be done here: publish, preview, estimate, set the gate, stop, resume, ask, answer, forward."""

from __future__ import annotations

from tradewind.crm.decisions.operations.answering import AnswerRefused, answer, forward
from tradewind.crm.decisions.operations.asking import ask
from tradewind.crm.decisions.operations.drafting import Draft, drafted
from tradewind.crm.decisions.operations.estimating import estimate, follow, follow_all
from tradewind.crm.decisions.operations.gating import Known, known, set_gate
from tradewind.crm.decisions.operations.publishing import Preview, preview, publish
from tradewind.crm.decisions.operations.refusing import EstimateRefused, PublishHeld, PublishRefused, held_in_words
from tradewind.crm.decisions.operations.stopping import StopRefused, follow_stops, resume, stop

__all__ = [
    "AnswerRefused",
    "Draft",
    "EstimateRefused",
    "Known",
    "Preview",
    "PublishHeld",
    "PublishRefused",
    "StopRefused",
    "answer",
    "ask",
    "drafted",
    "estimate",
    "follow",
    "follow_all",
    "follow_stops",
    "forward",
    "held_in_words",
    "known",
    "preview",
    "publish",
    "resume",
    "set_gate",
    "stop",
]
