"""One noun per file; import them from here."""

from __future__ import annotations

from tradewind.crm.interactions.models.conversation import Conversation, ConversationDecision
from tradewind.crm.interactions.models.lists import CallReason, WrapUp

__all__ = ["CallReason", "Conversation", "ConversationDecision", "WrapUp"]
