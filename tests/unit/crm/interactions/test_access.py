"""Who sees conversations: agents their own, managers all, partners none."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from tests.cast import Cast

from tradewind.crm.access import may, scope
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.toolkit.models import Channel


@pytest.fixture
def called(cast: Cast, now: datetime) -> Cast:
    for agent in (cast.daniel, cast.ines):
        Conversation.objects.create(customer=cast.maya, agent=agent, channel=Channel.CALL_CENTER, started_at=now)
    return cast


def test_an_agent_sees_own_conversations_only(called: Cast) -> None:
    assert [conversation.agent for conversation in scope(called.daniel, Conversation)] == [called.daniel]


def test_managers_see_every_conversation(called: Cast) -> None:
    assert scope(called.ines, Conversation).count() == 2


def test_partners_see_no_conversation(called: Cast) -> None:
    for person in (called.rex, called.petra, called.paul):
        assert not scope(person, Conversation).exists()
        assert not may(person, "conversation.hold")


def test_an_agent_has_one_open_conversation_with_a_customer(called: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.create(customer=called.maya, agent=called.daniel, started_at=now)
    Conversation.objects.update(ended_at=now)
    Conversation.objects.create(customer=called.maya, agent=called.daniel, started_at=now)
