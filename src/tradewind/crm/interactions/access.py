"""Who sees conversations: agents their own, the rest of the brand owner all."""

from __future__ import annotations

from tradewind.crm.access import allow, register
from tradewind.crm.decisions.access import own_or_all
from tradewind.crm.identity.models import Role
from tradewind.crm.interactions.models import CallReason, Conversation, ConversationDecision, WrapUp
from tradewind.crm.toolkit.access import of_the_brand_owner

register(CallReason, of_the_brand_owner)
register(WrapUp, of_the_brand_owner)
register(Conversation, own_or_all())
register(ConversationDecision, own_or_all("conversation__"))

allow("conversation.hold", Role.INTERACTION_CENTRE_AGENT, Role.INTERACTION_CENTRE_MANAGER)
