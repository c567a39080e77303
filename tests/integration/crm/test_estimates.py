"""A real engine estimates a draft of the marketer's, from the first question to the kept result."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from tests.engine_room import EngineRoom
from tests.engines import eventually
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.decisions.finding import Verdict, Want
from tradewind.crm.decisions.models import Estimate
from tradewind.crm.marketing.models import Offer

CALLS = 60


@pytest.fixture
def offers(workspace: Workspace, engine_room: EngineRoom, now: datetime) -> list[Offer]:
    """Two offers run that are worth the same; everybody was shown both and accepted the first one only."""
    offers = [workspace.released(code, now=now) for code in ("O-1", "O-2")]
    operations.publish(actor=workspace.cast.hannah, now=now)
    return offers


def called(engine_room: EngineRoom, calls: int) -> None:
    for number in range(calls):
        decision = engine_room.running.event(session=f"s-{number}", customer=f"c-{number}").json["decision"]
        first = decision["offers"][0]["offer"]
        outcome = "accepted" if first == "O-1" else "rejected"
        engine_room.running.respond({"decision": decision["id"], "offer": first, "outcome": outcome})


def worth(offer: Offer, value: int) -> None:
    offer.value = Decimal(value)
    offer.save()


def finished(workspace: Workspace) -> Estimate:
    asked = operations.estimate(actor=workspace.cast.hannah, now=timezone.now())

    def is_finished() -> bool:
        operations.follow(asked, now=timezone.now())
        return not asked.is_under_way

    eventually(is_finished, within_s=60.0)
    return Estimate.objects.get(pk=asked.pk)


def test_a_draft_is_estimated_over_what_was_answered(
    workspace: Workspace, engine_room: EngineRoom, offers: list[Offer]
) -> None:
    called(engine_room, CALLS)
    worth(offers[1], 40)
    estimate = finished(workspace)
    assert (estimate.status, estimate.reason) == (Estimate.Status.DONE, "")
    found = estimate.finding
    assert found is not None
    assert (found.decisions, found.compared, found.margin) == (CALLS, CALLS, 0.01)
    assert found.verdict is Verdict.NO_EVIDENCE
    assert found.wanting is not None
    assert found.wanting.want in {Want.LIKENESS, Want.SHOWING}
    assert {each.offer for each in found.offers} == {"O-1", "O-2"}


def test_a_draft_that_nobody_has_answered_for_waits_for_answers(
    workspace: Workspace, engine_room: EngineRoom, offers: list[Offer]
) -> None:
    worth(offers[1], 40)
    found = finished(workspace).finding
    assert found is not None
    assert found.wanting is not None
    assert (found.decisions, found.wanting.want) == (0, Want.ANSWERS)


def test_a_question_that_was_asked_before_is_answered_at_once(
    workspace: Workspace, engine_room: EngineRoom, offers: list[Offer]
) -> None:
    worth(offers[1], 40)
    first = finished(workspace)
    again = operations.estimate(actor=workspace.cast.adam, now=timezone.now())
    assert (again.status, again.engine_id) == (Estimate.Status.DONE, first.engine_id)
    assert again != first


def test_an_engine_that_started_anew_has_forgotten(
    workspace: Workspace, engine_room: EngineRoom, offers: list[Offer]
) -> None:
    called(engine_room, 5)
    worth(offers[1], 40)
    asked = operations.estimate(actor=workspace.cast.hannah, now=timezone.now())
    engine_room.stop()
    engine_room.start()
    operations.follow(asked, now=timezone.now())
    assert asked.status == Estimate.Status.LOST


def test_a_draft_with_faults_is_not_asked_about(
    workspace: Workspace, engine_room: EngineRoom, offers: list[Offer]
) -> None:
    Offer.objects.filter(code="O-2").update(eligibility="customer.nothing")
    with translation.override("en"), pytest.raises(operations.EstimateRefused, match="The draft has faults"):
        operations.estimate(actor=workspace.cast.hannah, now=timezone.now())
    assert not Estimate.objects.exists()
