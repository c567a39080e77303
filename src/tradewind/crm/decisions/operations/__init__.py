"""What may be done here: publish, preview, ask, answer, forward."""

from __future__ import annotations

from tradewind.crm.decisions.operations.answering import AnswerRefused, answer, forward
from tradewind.crm.decisions.operations.asking import ask
from tradewind.crm.decisions.operations.publishing import Preview, PublishRefused, preview, publish

__all__ = ["AnswerRefused", "Preview", "PublishRefused", "answer", "ask", "forward", "preview", "publish"]
