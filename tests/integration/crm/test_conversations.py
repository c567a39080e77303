"""A call from hello to wrap-up: every answer decides again, and the engine away never ends it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import DecidedOffer, Outbox
from tradewind.crm.interactions import operations, queries
from tradewind.crm.interactions.models import Conversation, ConversationDecision
from tradewind.crm.marketing.models import Offer

Cause = ConversationDecision.Cause


@pytest.fixture
def published(workspace: Workspace, engine_room: EngineRoom, now: datetime) -> Workspace:
    """Five offers for everybody, and one only for those who call about an invoice."""
    for code, value in (("O-1", 50), ("O-2", 40), ("O-3", 30), ("O-4", 20), ("O-5", 10)):
        workspace.released(code, now=now, value=value)
    workspace.released("O-6", now=now, value=900, eligibility='call.reason == "invoice"')
    decisions.publish(actor=workspace.cast.hannah, now=now)
    return workspace


def start(workspace: Workspace) -> Conversation:
    return operations.start(
        customer=workspace.cast.maya,
        actor=workspace.cast.daniel,
        now=timezone.now(),
        reason=workspace.reasons["battery"],
    )


def on_screen(conversation: Conversation) -> list[DecidedOffer]:
    decision = queries.desk(conversation)
    assert decision is not None
    return list(decision.offers.all())


def codes(conversation: Conversation) -> list[str]:
    return [offer.offer.code for offer in on_screen(conversation)]


def causes(conversation: Conversation) -> list[str]:
    return list(conversation.decision_links.values_list("cause", flat=True))


def answer(workspace: Workspace, conversation: Conversation, offer: DecidedOffer, outcome: str) -> None:
    operations.answer(
        conversation=conversation,
        decided_offer=offer,
        outcome=workspace.outcomes[outcome],
        actor=workspace.cast.daniel,
        now=timezone.now(),
    )


def test_a_conversation_starts_with_three_offers_in_the_customers_language(published: Workspace) -> None:
    conversation = operations.start(customer=published.cast.ion, actor=published.cast.daniel, now=timezone.now())
    assert conversation.language == "ro"
    assert [offer.title[:9] for offer in on_screen(conversation)] == ["Cumpărați"] * 3
    assert causes(conversation) == [Cause.STARTED]


def test_starting_again_returns_to_the_open_conversation(published: Workspace) -> None:
    assert start(published) == start(published)
    assert Conversation.objects.get().decision_links.count() == 1


def test_answered_offers_leave_and_the_next_ones_come_until_all_were_made(published: Workspace) -> None:
    conversation = start(published)
    made: list[str] = []
    while shown := on_screen(conversation):
        assert not {offer.offer.code for offer in shown} & set(made)
        made.append(shown[0].offer.code)
        answer(published, conversation, shown[0], "rejected")
    assert sorted(made) == ["O-1", "O-2", "O-3", "O-4", "O-5"]
    assert causes(conversation) == [Cause.STARTED, *[Cause.ANSWERED] * 5]


def test_offers_that_were_not_answered_may_stay(published: Workspace) -> None:
    conversation = start(published)
    first = on_screen(conversation)[0]
    answer(published, conversation, first, "accepted")
    assert len(codes(conversation)) == 3
    assert first.offer.code not in codes(conversation)


def test_an_offer_that_may_come_again_at_once_still_does_not_in_this_conversation(
    published: Workspace, engine_room: EngineRoom
) -> None:
    published.campaign.offers.update(reoffer_after_days=None)
    for code in ("O-4", "O-5"):
        Offer.objects.get(code=code).pause(actor=published.cast.hannah, now=timezone.now())
    decisions.publish(actor=published.cast.hannah, now=timezone.now())  # three are left: the engine shows them all
    conversation = start(published)
    answered = set()
    for _ in range(3):
        offer = on_screen(conversation)[0]
        answer(published, conversation, offer, "rejected")
        answered.add(offer.offer.code)
        assert not answered & set(codes(conversation))
    assert codes(conversation) == []
    held_back = Outbox.objects.filter(answer=None)
    assert [letter.payload["outcome"] for letter in held_back] == ["skipped"] * (1 + 2 + 3)
    decisions.forward(now=timezone.now())
    assert not Outbox.objects.waiting().exists()
    assert not Outbox.objects.refused().exists()


def test_an_interested_customer_may_still_accept(published: Workspace) -> None:
    conversation = start(published)
    offer = on_screen(conversation)[0]
    answer(published, conversation, offer, "interested")
    assert causes(conversation) == [Cause.STARTED]
    (kept,) = [one for one in on_screen(conversation) if one == offer]
    assert [str(one) for one in kept.answers.all()] == ["interested"]
    answer(published, conversation, offer, "accepted")
    assert offer.offer.code not in codes(conversation)


def test_another_reason_decides_again_and_the_same_does_not(published: Workspace) -> None:
    conversation = start(published)
    assert "O-6" not in codes(conversation)
    operations.change_reason(conversation=conversation, reason=published.reasons["battery"], now=timezone.now())
    assert causes(conversation) == [Cause.STARTED]
    operations.change_reason(conversation=conversation, reason=published.reasons["invoice"], now=timezone.now())
    assert causes(conversation) == [Cause.STARTED, Cause.REASON]
    desk = queries.desk(conversation)
    assert desk is not None
    assert desk.withheld == 3  # six offers stand in the placement, and the invoice's own is no longer held back
    link = conversation.decision_links.last()
    assert link is not None
    assert link.reason == published.reasons["invoice"]


def test_a_skipped_offer_leaves_and_teaches_nothing(published: Workspace, engine_room: EngineRoom) -> None:
    conversation = start(published)
    offer = on_screen(conversation)[0]
    operations.skip(conversation=conversation, decided_offer=offer, actor=published.cast.daniel, now=timezone.now())
    assert offer.offer.code not in codes(conversation)
    learnt = engine_room.running.call("GET", f"/v1/offers/{offer.offer.code}/predictor").json
    assert [(node["shown"], node["accepted"]) for node in learnt["profiles"]] == [(0, 0)]


def test_the_engine_lost_in_the_middle_leaves_the_call_going(published: Workspace, engine_room: EngineRoom) -> None:
    conversation = start(published)
    offer = on_screen(conversation)[0]
    engine_room.stop()
    answer(published, conversation, offer, "accepted")
    standing = queries.desk(conversation)
    assert standing is not None
    assert standing.is_standing
    assert offer.offer.code not in codes(conversation)
    assert len(codes(conversation)) == 3

    engine_room.start()
    assert decisions.forward(now=timezone.now() + timedelta(minutes=1)) == 1
    assert engine_room.responses() == [f"{offer.offer.code} accepted"]
    operations.ask_again(conversation=conversation, now=timezone.now())
    back = queries.desk(conversation)
    assert back is not None
    assert not back.is_standing
    assert offer.offer.code not in codes(conversation)


def test_an_ended_conversation_takes_nothing_more(published: Workspace) -> None:
    conversation = start(published)
    offer = on_screen(conversation)[0]
    operations.keep(conversation=conversation, note="Battery at 71 %.")
    operations.end(conversation=conversation, wrap_up=published.helped, actor=published.cast.daniel, now=timezone.now())
    assert (conversation.wrap_up, conversation.note, conversation.is_open) == (
        published.helped,
        "Battery at 71 %.",
        False,
    )
    refused = pytest.raises(operations.ConversationRefused)
    with refused:
        answer(published, conversation, offer, "accepted")
    with refused:
        operations.ask_again(conversation=conversation, now=timezone.now())
    with refused:
        operations.change_reason(conversation=conversation, reason=published.reasons["other"], now=timezone.now())
    with refused:
        operations.end(conversation=conversation, wrap_up=None, actor=published.cast.daniel, now=timezone.now())


def test_an_offer_of_another_conversation_is_refused(published: Workspace) -> None:
    other = operations.start(customer=published.cast.ion, actor=published.cast.daniel, now=timezone.now())
    with pytest.raises(operations.ConversationRefused):
        answer(published, start(published), on_screen(other)[0], "accepted")


def test_the_desk_costs_the_same_number_of_queries_however_much_is_on_it(
    published: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = start(published)
    answer(published, conversation, on_screen(conversation)[0], "interested")
    with django_assert_num_queries(3):
        desk = queries.desk(conversation)
        assert desk is not None
        for offer in desk.offers.all():
            assert offer.offer.group.name == "Care"
            assert offer.offer.product == published.cast.laptop
            assert [answer.outcome.name for answer in offer.answers.all()] in ([], ["interested"])


def test_the_timeline_tells_calls_and_answers_newest_first(
    published: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = start(published)
    answer(published, conversation, on_screen(conversation)[0], "rejected")
    operations.end(conversation=conversation, wrap_up=published.helped, actor=published.cast.daniel, now=timezone.now())
    with django_assert_num_queries(3):
        moments = queries.customer_timeline(published.cast.maya)
        told = [told for moment in moments if (told := _told(moment))]
    assert told == ["rejected", "Helped"]
    assert [moment.at for moment in moments] == sorted((moment.at for moment in moments), reverse=True)


def _told(moment: queries.Moment) -> str:
    if moment.answer is not None:
        return moment.answer.outcome.name
    return str(moment.conversation.wrap_up) if moment.conversation is not None else ""
