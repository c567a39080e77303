"""The records that pages are about, as far as the person may see them; anything else is 404."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404

from tradewind.crm.access import scope
from tradewind.crm.identity.models import User
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Customer


def customer_numbered(user: User, number: str) -> Customer:
    return get_object_or_404(scope(user, Customer.objects.with_party().at_the_desk()), number=number)


def conversation_named(user: User, uuid: UUID) -> Conversation:
    return get_object_or_404(scope(user, Conversation.objects.with_people()), uuid=uuid)


def own_conversation(user: User, uuid: UUID) -> Conversation:
    """One that this person holds: reading those of others gives no right to act in them."""
    return get_object_or_404(scope(user, Conversation.objects.with_people()), uuid=uuid, agent=user)
