"""The circle: publish, ask, answer, learn; and what happens at the desk while the engine is away."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.decisions import operations, predictors, queries
from tradewind.crm.decisions.models import Answer, DecidedOffer, Decision, Outbox
from tradewind.crm.marketing.models import Offer


@pytest.fixture
def published(workspace: Workspace, engine_room: EngineRoom, now: datetime) -> Workspace:
    """Four offers for everybody run in the engine."""
    for code, value in (("O-1", 40), ("O-2", 30), ("O-3", 20), ("O-4", 10)):
        workspace.released(code, now=now, value=value)
    operations.publish(actor=workspace.cast.hannah, now=now)
    return workspace


def ask(workspace: Workspace, *, session: str = "s-1", now: datetime | None = None, language: str = "en") -> Decision:
    return operations.ask(
        customer=workspace.cast.maya,
        agent=workspace.cast.daniel,
        event="call-started",
        session=session,
        channel="call-center",
        language=language,
        now=now or timezone.now(),
        given={"call.reason": "battery"},
    )


def first_offer(decision: Decision) -> DecidedOffer:
    return decision.offers.select_related("offer", "decision").get(rank=1)


def test_a_decision_is_kept_as_the_customer_heard_it(published: Workspace) -> None:
    decision = ask(published)
    assert decision.engine_id
    assert (decision.mode, decision.publication_number, decision.trouble) == ("learned", 1, "")
    assert [offer.rank for offer in decision.offers.all()] == [1, 2, 3]
    for offer in decision.offers.select_related("offer"):
        assert offer.title == f"Buy {offer.offer.code}"
        assert offer.pitch == "Maya, shall we?"
        assert offer.reason == "Suits everybody."
        assert offer.propensity is not None
        assert offer.lower is not None
        assert offer.upper is not None
        assert 0 < offer.lower <= offer.propensity <= offer.upper < 1
        assert offer.selection_probability is not None
        assert 0 < offer.selection_probability <= 1
        assert not offer.fallback


def test_a_romanian_customer_hears_romanian(published: Workspace) -> None:
    offer = first_offer(ask(published, language="ro"))
    assert offer.title.startswith("Cumpărați O-")
    assert offer.reason == "Potrivit oricui."


def test_an_answer_reaches_the_engine_at_once_and_moves_the_predictor(
    published: Workspace, engine_room: EngineRoom
) -> None:
    decision = ask(published)
    offer = first_offer(decision)
    before = predictors.predictor(offer.offer)
    operations.answer(
        decided_offer=offer, outcome=published.outcomes["accepted"], actor=published.cast.daniel, now=timezone.now()
    )
    after = predictors.predictor(offer.offer)
    assert before is not None
    assert after is not None
    assert (before.shown, before.accepted) == (0, 0)
    assert (after.shown, after.accepted) == (1, 1)
    assert after.propensity > before.propensity
    assert engine_room.responses() == [f"{offer.offer.code} accepted"]
    letter = Outbox.objects.get()
    assert letter.sent_at is not None
    assert letter.attempts == 1
    assert letter.payload["id"] == str(letter.id)


def test_the_same_answer_again_changes_nothing(published: Workspace, engine_room: EngineRoom) -> None:
    offer = first_offer(ask(published))
    for _ in range(2):
        operations.answer(
            decided_offer=offer, outcome=published.outcomes["rejected"], actor=published.cast.daniel, now=timezone.now()
        )
    assert Answer.objects.count() == Outbox.objects.count() == len(engine_room.responses()) == 1


def test_a_second_final_answer_is_refused_and_a_correction_replaces_the_first(
    published: Workspace, engine_room: EngineRoom
) -> None:
    offer = first_offer(ask(published))
    accepted, rejected = published.outcomes["accepted"], published.outcomes["rejected"]
    operations.answer(decided_offer=offer, outcome=accepted, actor=published.cast.daniel, now=timezone.now())
    with pytest.raises(operations.AnswerRefused):
        operations.answer(decided_offer=offer, outcome=rejected, actor=published.cast.daniel, now=timezone.now())
    operations.answer(
        decided_offer=offer, outcome=rejected, actor=published.cast.daniel, now=timezone.now(), correction=True
    )
    assert [answer.outcome for answer in Answer.objects.standing()] == [rejected]
    learnt = predictors.predictor(offer.offer)
    assert learnt is not None
    assert (learnt.shown, learnt.accepted) == (1, 0)


def test_staged_answers_add_up_to_the_final_one(published: Workspace, engine_room: EngineRoom) -> None:
    offer = first_offer(ask(published))
    for name in ("interested", "accepted"):
        operations.answer(
            decided_offer=offer, outcome=published.outcomes[name], actor=published.cast.daniel, now=timezone.now()
        )
    assert engine_room.responses() == [f"{offer.offer.code} interested", f"{offer.offer.code} accepted"]


def test_without_the_engine_standing_offers_come_and_say_so(published: Workspace, engine_room: EngineRoom) -> None:
    engine_room.stop()
    decision = ask(published)
    assert (decision.engine_id, decision.mode, decision.trouble) == (None, "fallback", "away")
    assert decision.is_standing
    offers = list(decision.offers.select_related("offer"))
    assert [offer.offer.code for offer in offers] == ["O-1", "O-2", "O-3"]
    assert all(offer.fallback and offer.propensity is None for offer in offers)
    assert offers[0].pitch == "Maya, shall we?"


def test_an_answer_to_a_standing_offer_stays_here_and_is_never_sent(
    published: Workspace, engine_room: EngineRoom
) -> None:
    engine_room.stop()
    offer = first_offer(ask(published))
    operations.answer(
        decided_offer=offer, outcome=published.outcomes["accepted"], actor=published.cast.daniel, now=timezone.now()
    )
    assert Answer.objects.count() == 1
    engine_room.start()
    assert operations.forward(now=timezone.now() + timedelta(hours=1)) == 0
    assert (Outbox.objects.count(), engine_room.responses()) == (0, [])


def test_answers_given_while_the_engine_is_away_are_sent_exactly_once_when_it_is_back(
    published: Workspace, engine_room: EngineRoom
) -> None:
    offers = list(ask(published).offers.select_related("offer", "decision"))
    engine_room.stop()
    for offer in offers:
        operations.answer(
            decided_offer=offer, outcome=published.outcomes["accepted"], actor=published.cast.daniel, now=timezone.now()
        )
    assert queries.waiting_letters().count() == 3
    assert all(letter.attempts == 1 and letter.last_error for letter in Outbox.objects.all())
    assert operations.forward(now=timezone.now() + timedelta(minutes=1)) == 0

    engine_room.start()
    later = timezone.now() + timedelta(hours=1)
    assert operations.forward(now=later) == 3
    assert operations.forward(now=later) == 0
    assert sorted(engine_room.responses()) == sorted(f"{offer.offer.code} accepted" for offer in offers)
    assert not queries.waiting_letters().exists()


def test_a_letter_that_was_sent_but_not_marked_counts_once(published: Workspace, engine_room: EngineRoom) -> None:
    offer = first_offer(ask(published))
    operations.answer(
        decided_offer=offer, outcome=published.outcomes["accepted"], actor=published.cast.daniel, now=timezone.now()
    )
    Outbox.objects.update(sent_at=None)  # as if the power had gone between the answer and the mark
    assert operations.forward(now=timezone.now()) == 1
    assert engine_room.responses() == [f"{offer.offer.code} accepted"]
    assert Outbox.objects.get().sent_at is not None


def test_a_refused_letter_is_kept_with_the_reason_and_holds_up_no_other(
    published: Workspace, engine_room: EngineRoom
) -> None:
    decision = ask(published)
    engine_room.stop()
    offers = list(decision.offers.select_related("offer", "decision"))
    for offer in offers[:2]:
        operations.answer(
            decided_offer=offer, outcome=published.outcomes["accepted"], actor=published.cast.daniel, now=timezone.now()
        )
    spoilt = Outbox.objects.get(answer__decided_offer=offers[0])
    spoilt.payload["decision"] = "bm8gc3VjaCBkZWNpc2lvbg"
    spoilt.save()
    engine_room.start()
    later = timezone.now() + timedelta(hours=1)
    assert operations.forward(now=later) == 2
    assert [letter.id for letter in queries.refused_letters()] == [spoilt.id]
    assert queries.refused_letters()[0].refusal.startswith("unknown_decision")
    assert operations.forward(now=later) == 0
    assert len(engine_room.responses()) == 1


def test_an_answer_inside_a_transaction_is_sent_when_it_is_committed(
    published: Workspace, engine_room: EngineRoom
) -> None:
    offer = first_offer(ask(published))
    with transaction.atomic():
        operations.answer(
            decided_offer=offer, outcome=published.outcomes["accepted"], actor=published.cast.daniel, now=timezone.now()
        )
        assert engine_room.responses() == []
    assert engine_room.responses() == [f"{offer.offer.code} accepted"]


def test_a_key_that_the_engine_does_not_know_gives_standing_offers(
    published: Workspace, engine_room: EngineRoom
) -> None:
    engine_room.settings.TRADEWIND_ENGINE_KEY = "no-such-key"
    decision = ask(published)
    assert (decision.mode, decision.trouble) == ("fallback", "refused")
    assert decision.offers.count() == 3


def test_before_the_first_publication_there_is_nothing_to_offer(workspace: Workspace, engine_room: EngineRoom) -> None:
    decision = ask(workspace)
    assert (decision.mode, decision.trouble, decision.offers.count()) == ("fallback", "refused", 0)


def test_an_offer_published_by_others_is_held_back_and_not_counted(
    published: Workspace, engine_room: EngineRoom
) -> None:
    Offer.objects.get(code="O-4").pause(actor=published.cast.hannah, now=timezone.now())
    operations.publish(actor=published.cast.hannah, now=timezone.now())  # three are left, so each of them is shown
    Offer.objects.filter(code="O-1").update(code="O-1-renamed")
    decision = ask(published)
    assert {offer.offer.code for offer in decision.offers.select_related("offer")} == {"O-2", "O-3"}
    held_back = Outbox.objects.filter(answer=None)
    assert [(letter.payload["offer"], letter.payload["outcome"]) for letter in held_back] == [("O-1", "skipped")]
    operations.forward(now=timezone.now())
    assert not Outbox.objects.waiting().exists()


def test_a_past_conversation_is_imported_with_its_own_time(published: Workspace, engine_room: EngineRoom) -> None:
    then = timezone.now() - timedelta(days=20)
    decision = operations.ask(
        customer=published.cast.ion,
        agent=published.cast.daniel,
        event="call-started",
        session="past",
        channel="call-center",
        language="ro",
        now=then,
        happened_earlier=True,
    )
    operations.answer(
        decided_offer=first_offer(decision),
        outcome=published.outcomes["accepted"],
        actor=published.cast.daniel,
        now=then + timedelta(minutes=3),
    )
    event, response = engine_room.running.history(after=0, limit=100)[1:3]
    assert (event["type"], response["type"]) == ("event_handled", "response_recorded")
    assert datetime.fromisoformat(event["occurred_at"]) == then
    assert datetime.fromisoformat(response["answered_at"]) == then + timedelta(minutes=3)
    assert decision.asked_at == then


def test_asking_costs_the_same_number_of_queries_whatever_is_found(
    published: Workspace, engine_room: EngineRoom, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(published)
    with django_assert_num_queries(8):
        decision = ask(published, session="s-2")
    assert decision.offers.count() == 3


def test_the_predictor_of_an_offer_names_its_profiles_while_the_engine_is_there(
    published: Workspace, engine_room: EngineRoom
) -> None:
    offer = Offer.objects.get(code="O-1")
    learnt = predictors.predictor(offer)
    assert learnt is not None
    assert learnt.profiles[0].name == "Everyone"
    engine_room.stop()
    assert predictors.predictor(offer) is None
