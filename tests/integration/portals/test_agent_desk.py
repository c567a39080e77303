"""The desk with a real engine behind it: offers, answers, the engine away and back, the end."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.decisions import operations as decisions
from tradewind.crm.decisions.models import Answer, DecidedOffer, Decision, Outbox
from tradewind.crm.identity.models import User
from tradewind.crm.interactions import queries
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Channel, Purpose
from tradewind.crm.toolkit.models import Placement
from tradewind.portals.agent.desk import Card

type ClientOf = Callable[[User], Client]


@pytest.fixture
def published(workspace: Workspace, engine_room: EngineRoom, now: datetime) -> Workspace:
    """Four offers for everybody, and one only for those who call about an invoice; nothing is left to chance."""
    workspace.desk.exploration, workspace.desk.floor = Placement.Exploration.GREEDY, 0.0
    workspace.desk.save()
    for code, value in (("O-1", 50), ("O-2", 40), ("O-3", 30), ("O-4", 20)):
        workspace.released(code, now=now, value=value)
    workspace.released("O-6", now=now, value=900, eligibility='call.reason == "invoice"')
    decisions.publish(actor=workspace.cast.hannah, now=now)
    return workspace


@pytest.fixture
def agent(published: Workspace, client_of: ClientOf) -> Client:
    return client_of(published.cast.daniel)


@pytest.fixture
def held(agent: Client, published: Workspace) -> Conversation:
    """Daniel talks with Maya about her battery, as the form started it."""
    start(agent, published)
    return Conversation.objects.get()


def start(agent: Client, space: Workspace, **fields: str) -> str:
    url = reverse("agent:conversation-start", args=[space.cast.maya.number])
    answer = agent.post(url, {"reason": "battery", "channel": "call-center", **fields})
    assert answer.status_code == 303
    return answer.headers["Location"]


def page(agent: Client, held: Conversation) -> str:
    return agent.get(reverse("agent:conversation", args=[held.uuid])).content.decode()


def cards(agent: Client, held: Conversation) -> list[Card]:
    return list(agent.get(reverse("agent:conversation", args=[held.uuid])).context["desk"].cards)


def act(agent: Client, held: Conversation, name: str, **fields: Any) -> str:
    """Post an action and read the page it leads to."""
    answer = agent.post(reverse(f"agent:{name}", args=[held.uuid]), fields)
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("agent:conversation", args=[held.uuid])
    return page(agent, held)


def answered() -> list[tuple[str, str]]:
    rows = Answer.objects.filter(replaced_at=None).order_by("pk")
    return list(rows.values_list("decided_offer__offer__code", "outcome__name"))


def code_of(card: Card) -> str:
    return DecidedOffer.objects.get(pk=card.decided_offer).offer.code


# --- Offers


def test_a_conversation_starts_with_offers_and_their_chances(agent: Client, held: Conversation) -> None:
    text = page(agent, held)
    assert "3 offers for Maya" in text
    assert "Larkfield 14, 16 GB · £599.00 · Care" in text
    assert "“Maya, shall we?”" in text
    assert "Suits everybody." in text
    assert all(card.propensity is not None for card in cards(agent, held))


def test_starting_twice_leads_to_the_same_conversation(agent: Client, published: Workspace) -> None:
    assert start(agent, published) == start(agent, published)
    assert Decision.objects.count() == 1


def test_another_reason_brings_other_offers(agent: Client, held: Conversation) -> None:
    assert "O-6" not in {code_of(card) for card in cards(agent, held)}
    act(agent, held, "change-reason", reason="invoice")
    assert code_of(cards(agent, held)[0]) == "O-6"
    assert "Nothing was changed." in act(agent, held, "change-reason", reason="weather")


def test_a_no_by_phone_stands_above_the_offers(agent: Client, held: Conversation, published: Workspace) -> None:
    assert "the customer said no" not in page(agent, held)
    published.cast.maya.record_consent(
        Purpose.MARKETING, Channel.PHONE, given=False, actor=published.cast.daniel, now=timezone.now()
    )
    assert "Offers by phone: the customer said no" in page(agent, held)


def test_what_the_engine_did_not_know_is_said_in_words(agent: Client, published: Workspace) -> None:
    start(agent, published, reason="")
    assert "reason (Call)" in page(agent, Conversation.objects.get())


# --- Answers


def test_an_answer_stays_in_view_and_the_next_offer_comes(agent: Client, held: Conversation) -> None:
    first = cards(agent, held)[0]
    code = code_of(first)
    text = act(agent, held, "answer", decided_offer=first.decided_offer, outcome="rejected")
    assert "Answers in this conversation" in text
    assert code not in {code_of(card) for card in cards(agent, held)}
    assert len(cards(agent, held)) == 3
    assert answered() == [(code, "rejected")]


def test_interest_keeps_the_offer_on_the_screen(agent: Client, held: Conversation) -> None:
    first = cards(agent, held)[0]
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="interested")
    same = cards(agent, held)[0]
    assert same.decided_offer == first.decided_offer
    assert same.given is not None
    assert "interested" not in {choice.name for choice in same.choices}


def test_a_button_pressed_twice_answers_once(agent: Client, held: Conversation, engine_room: EngineRoom) -> None:
    first = cards(agent, held)[0]
    for _ in range(2):
        text = act(agent, held, "answer", decided_offer=first.decided_offer, outcome="accepted")
    assert 'class="banner"' not in text
    assert len(answered()) == 1
    assert len(engine_room.responses()) == 1
    assert held.decision_links.count() == 2


def test_another_answer_to_the_same_offer_is_refused_in_words(agent: Client, held: Conversation) -> None:
    first = cards(agent, held)[0]
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="accepted")
    text = act(agent, held, "answer", decided_offer=first.decided_offer, outcome="rejected")
    assert "This offer has been answered already. Nothing was changed." in text
    assert [outcome for _, outcome in answered()] == ["accepted"]


def test_an_answer_from_an_old_page_is_refused_in_words(agent: Client, held: Conversation) -> None:
    first, second, *_ = cards(agent, held)
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="not_now")
    text = act(agent, held, "answer", decided_offer=second.decided_offer, outcome="accepted")
    assert "The offers have changed since." in text
    assert [outcome for _, outcome in answered()] == ["not_now"]


def test_a_correction_replaces_the_answer_in_the_engine_too(
    agent: Client, held: Conversation, engine_room: EngineRoom
) -> None:
    first = cards(agent, held)[0]
    code = code_of(first)
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="rejected")
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="accepted", correction="yes")
    assert answered() == [(code, "accepted")]
    assert engine_room.responses() == [f"{code} rejected", f"{code} accepted"]


@pytest.mark.parametrize("offer", ["", "0", "99999", "1 OR 1", "٣"])
def test_an_offer_of_elsewhere_is_refused_in_words(agent: Client, held: Conversation, offer: str) -> None:
    text = act(agent, held, "answer", decided_offer=offer, outcome="accepted")
    assert "was not made in this conversation" in text
    assert answered() == []


def test_an_outcome_that_nobody_knows_changes_nothing(agent: Client, held: Conversation) -> None:
    first = cards(agent, held)[0]
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="bribed")
    assert answered() == []


def test_when_every_offer_is_answered_the_desk_says_so(agent: Client, held: Conversation) -> None:
    while shown := cards(agent, held):
        act(agent, held, "answer", decided_offer=shown[0].decided_offer, outcome="not_now")
    text = page(agent, held)
    assert "Nothing to offer now" in text
    assert "Every offer that fits was answered in this conversation." in text


# --- The engine away


def test_with_the_engine_away_the_standing_offers_come_without_numbers(
    agent: Client, published: Workspace, engine_room: EngineRoom
) -> None:
    engine_room.stop()
    start(agent, published)
    held = Conversation.objects.get()
    text = page(agent, held)
    assert "The offer engine has been away since" in text
    assert "Standing offers" in text
    assert "not estimated" in text
    assert "Bars: chance to accept" not in text
    assert len(cards(agent, held)) == 3


def test_an_answer_to_nobody_waits_and_is_sent_once_when_the_engine_is_back(
    agent: Client, held: Conversation, engine_room: EngineRoom
) -> None:
    first = cards(agent, held)[0]
    code = code_of(first)
    engine_room.stop()
    text = act(agent, held, "answer", decided_offer=first.decided_offer, outcome="accepted")
    assert "1 waits to be sent" in text
    assert "The offer engine has been away since" in text
    waiting = agent.get(reverse("agent:outbox")).content.decode()
    assert f"Buy {code}" in waiting
    assert "Maya Thompson" in waiting

    engine_room.start()
    Outbox.objects.update(next_attempt_at=timezone.now())
    decisions.forward(now=timezone.now())
    decisions.forward(now=timezone.now())
    assert engine_room.responses() == [f"{code} accepted"]
    assert "Nothing waits" in agent.get(reverse("agent:outbox")).content.decode()
    text = act(agent, held, "ask-again")
    assert "has been away" not in text
    assert "told at" in text


def test_a_letter_that_the_engine_refused_is_shown_with_its_reason(agent: Client, held: Conversation) -> None:
    first = cards(agent, held)[0]
    act(agent, held, "answer", decided_offer=first.decided_offer, outcome="accepted")
    letter = Outbox.objects.get()
    letter.sent_at, letter.refused_at, letter.refusal = None, timezone.now(), "unknown_offer: not known here"
    letter.save()
    text = agent.get(reverse("agent:outbox")).content.decode()
    assert "Refused by the engine" in text
    assert "unknown_offer: not known here" in text


def test_without_a_publication_the_desk_says_why_there_is_nothing(
    workspace: Workspace, engine_room: EngineRoom, client_of: ClientOf
) -> None:
    agent = client_of(workspace.cast.daniel)
    start(agent, workspace)
    text = page(agent, Conversation.objects.get())
    assert "The engine did not decide." in text
    assert "Nothing has been published yet." in text
    assert "Nothing to offer now" in text


def test_control_groups_and_rare_tries_are_named(agent: Client, held: Conversation) -> None:
    decision = queries.desk(held)
    assert decision is not None
    decision.offers.update(selection_probability=0.08)
    assert "Tried to learn, chance 1 in 12." in page(agent, held)
    Decision.objects.update(mode=Decision.Mode.CONTROL)
    text = page(agent, held)
    assert "Control group: these offers were picked at random" in text
    assert "Tried to learn" not in text


# --- Note and end


def test_a_note_is_kept_while_it_is_typed(agent: Client, held: Conversation) -> None:
    url = reverse("agent:note", args=[held.uuid])
    kept = agent.post(url, {"note": "Battery at 71 %", "wrap_up": "helped"}, headers={"HX-Request": "true"})
    assert kept.status_code == 204
    held.refresh_from_db()
    assert (held.note, str(held.wrap_up)) == ("Battery at 71 %", "Helped")
    assert held.is_open
    assert "Battery at 71 %" in act(agent, held, "note", note="Battery at 71 %")


def test_an_ended_conversation_is_read_and_never_changed(agent: Client, held: Conversation) -> None:
    first = cards(agent, held)[0]
    text = act(agent, held, "end", note="Done.", wrap_up="helped")
    assert "This conversation has ended." in text
    assert "Done." in text
    assert reverse("agent:answer", args=[held.uuid]) not in text
    held.refresh_from_db()
    ended = (held.ended_at, held.note, held.reason_id, held.decision_links.count())
    late: dict[str, dict[str, Any]] = {
        "answer": {"decided_offer": first.decided_offer, "outcome": "accepted"},
        "change-reason": {"reason": "invoice"},
        "ask-again": {},
        "note": {"note": "Other"},
        "end": {"note": "Other"},
    }
    for name, fields in late.items():
        assert "This conversation has ended. Nothing was changed." in act(agent, held, name, **fields), name
    held.refresh_from_db()
    assert (held.ended_at, held.note, held.reason_id, held.decision_links.count()) == ended
    assert answered() == []


def test_a_note_typed_after_the_end_brings_the_page_up_to_date(agent: Client, held: Conversation) -> None:
    act(agent, held, "end", note="Done.")
    url = reverse("agent:note", args=[held.uuid])
    late = agent.post(url, {"note": "Other"}, headers={"HX-Request": "true"})
    assert late.headers["HX-Refresh"] == "true"
    held.refresh_from_db()
    assert held.note == "Done."


def test_a_note_beyond_its_length_is_not_cut(agent: Client, held: Conversation) -> None:
    assert "It was not kept." in act(agent, held, "note", note="x" * 4001)
    assert "The conversation is still open." in act(agent, held, "end", note="x" * 4001)
    held.refresh_from_db()
    assert held.is_open
    assert held.note == ""


# --- Cost


STATE = 2
"""A page reads one state of the database, which begins and ends."""


def test_the_desk_asks_a_fixed_number_of_queries(
    agent: Client, held: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(agent, held)
    with django_assert_num_queries(16 + STATE):
        page(agent, held)
    for _ in range(2):
        first = cards(agent, held)[0]
        act(agent, held, "answer", decided_offer=first.decided_offer, outcome="not_now")
    page(agent, held)
    with django_assert_num_queries(16 + STATE):
        page(agent, held)
