"""Conversations with customers: one call, its reason, the offers made in it and how it ended.

Nouns: Conversation, CallReason and WrapUp (editable lists), ConversationDecision (what was decided in it).
Invariants: an agent has one open conversation with a customer at most; nothing is asked or answered in an ended one;
an offer with a final answer is not shown again in the same conversation.
May be called by: the portals, through `operations`, `queries` and the models.
"""
