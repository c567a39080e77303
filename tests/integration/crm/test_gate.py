"""The publish gate: a draft is estimated, held back or let through, and what was known is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from tests.engine_room import EngineRoom
from tests.estimates import EstimatingEngine, estimating, found, nothing_compared
from tests.workspace import Workspace

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.engine import EngineUnavailable, the_engine
from tradewind.crm.decisions.gate import Held
from tradewind.crm.decisions.models import Estimate, Gate, Publication
from tradewind.crm.jobs.recurring import all_recurring
from tradewind.crm.marketing.models import Offer


@pytest.fixture
def engine(engine_room: EngineRoom) -> Iterator[EstimatingEngine]:
    with estimating(engine_room.running.url) as door:
        engine_room.settings.TRADEWIND_ENGINE_URL = door.url
        yield door


@pytest.fixture
def offer(workspace: Workspace, engine: EstimatingEngine, now: datetime) -> Offer:
    """One offer runs, and is worth more since."""
    offer = workspace.released("O-1", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    offer.value = Decimal(12)
    offer.save()
    return offer


@pytest.fixture
def holds(workspace: Workspace, now: datetime) -> Gate:
    return operations.set_gate(mode=Gate.Mode.HOLD, margin=0.02, actor=workspace.cast.adam, now=now)


def ask(workspace: Workspace) -> Estimate:
    return operations.estimate(actor=workspace.cast.hannah, now=timezone.now())


def done(workspace: Workspace, engine: EstimatingEngine, verdict: str) -> Estimate:
    asked = ask(workspace)
    engine.finish(found(verdict, margin=asked.margin))
    operations.follow(asked, now=timezone.now())
    return asked


def publish(workspace: Workspace, *, without_evidence: bool = False) -> Publication:
    return operations.publish(actor=workspace.cast.hannah, now=timezone.now(), without_evidence=without_evidence)


def held(workspace: Workspace, *, without_evidence: bool = False) -> Held:
    with pytest.raises(operations.PublishHeld) as refused:
        publish(workspace, without_evidence=without_evidence)
    return refused.value.why


# --- Asking and following


def test_the_engine_is_asked_about_the_draft_that_would_be_published(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate
) -> None:
    asked = ask(workspace)
    assert engine.questions == [{"publication": operations.preview().document, "margin": 0.02}]
    assert (asked.against.number, asked.asked_by, asked.status) == (1, workspace.cast.hannah, "running")
    assert (asked.engine_id, asked.of, asked.share) == ("w-1", 410, 0.0)


def test_what_is_being_asked_is_not_asked_twice(workspace: Workspace, engine: EstimatingEngine, offer: Offer) -> None:
    assert ask(workspace) == ask(workspace)
    assert len(engine.questions) == 1


def test_an_estimate_is_followed_until_it_is_done_and_kept(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer
) -> None:
    asked = ask(workspace)
    engine.reach(110)
    operations.follow(asked, now=timezone.now())
    assert (asked.share, asked.finding) == (0.25, None)
    engine.finish(found("better"))
    operations.follow(asked, now=timezone.now())
    engine.forget()
    kept = Estimate.objects.get(pk=asked.pk)
    operations.follow(kept, now=timezone.now())
    assert (kept.status, kept.verdict, kept.finished_at is not None) == ("done", "better", True)
    assert kept.finding is not None
    assert kept.finding.offers[1].more == 500


def test_the_worker_follows_what_nobody_looks_at(workspace: Workspace, engine: EstimatingEngine, offer: Offer) -> None:
    asked = ask(workspace)
    (follow,) = (recurring for recurring in all_recurring() if recurring.name == "decisions.estimates")
    assert follow.work(timezone.now()) == 0
    engine.finish(found("worse"))
    assert follow.work(timezone.now()) == 1
    asked.refresh_from_db()
    assert asked.verdict == "worse"
    assert follow.work(timezone.now()) == 0


def test_an_engine_that_started_anew_has_lost_the_question_and_may_be_asked_again(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer
) -> None:
    asked = ask(workspace)
    engine.forget()
    operations.follow(asked, now=timezone.now())
    assert asked.status == Estimate.Status.LOST
    assert ask(workspace) != asked


def test_a_question_that_failed_says_why(workspace: Workspace, engine: EstimatingEngine, offer: Offer) -> None:
    asked = ask(workspace)
    engine.fail("the history is damaged at 312")
    operations.follow(asked, now=timezone.now())
    assert (asked.status, asked.reason) == (Estimate.Status.FAILED, "the history is damaged at 312")


def test_while_the_engine_is_away_an_estimate_stays_under_way(
    workspace: Workspace, engine: EstimatingEngine, engine_room: EngineRoom, offer: Offer
) -> None:
    asked = ask(workspace)
    engine_room.settings.TRADEWIND_ENGINE_URL = "http://127.0.0.1:9"
    with pytest.raises(EngineUnavailable):
        operations.follow(asked, now=timezone.now())
    assert operations.follow_all(now=timezone.now()) == 0
    assert Estimate.objects.get().is_under_way
    offer.value = Decimal(13)
    offer.save()
    with pytest.raises(EngineUnavailable):
        ask(workspace)
    assert Estimate.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "said", "may_ask_later"),
    [
        ({"is_busy": True}, "Ask again in a little while", True),
        ({"knows_the_call": False}, "This engine cannot estimate drafts", False),
    ],
)
def test_an_engine_that_does_not_take_the_question_says_why_and_nothing_is_written(  # noqa: PLR0917
    workspace: Workspace,
    engine: EstimatingEngine,
    offer: Offer,
    state: dict[str, bool],
    said: str,
    may_ask_later: bool,
) -> None:
    for name, value in state.items():
        setattr(engine, name, value)
    with translation.override("en"), pytest.raises(operations.EstimateRefused, match=said) as refused:
        ask(workspace)
    assert refused.value.may_ask_later is may_ask_later
    assert not Estimate.objects.exists()


def test_there_must_be_something_to_compare(workspace: Workspace, engine: EstimatingEngine, now: datetime) -> None:
    offer = workspace.released("O-1", now=now)
    with translation.override("en"), pytest.raises(operations.EstimateRefused, match="Nothing runs yet"):
        ask(workspace)
    publish(workspace)
    with translation.override("en"), pytest.raises(operations.EstimateRefused, match="Nothing changes"):
        ask(workspace)
    assert offer.code == "O-1"
    assert engine.questions == []


def test_the_database_keeps_one_question_of_a_draft_at_a_time(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer
) -> None:
    asked = ask(workspace)
    asked.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save(force_insert=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "done"},
        {"status": "done", "finished_at": datetime(2026, 11, 20, tzinfo=timezone.get_current_timezone())},
        {"verdict": "better"},
        {"status": "running", "finished_at": datetime(2026, 11, 20, tzinfo=timezone.get_current_timezone())},
        {"margin": 1.5},
    ],
)
def test_the_database_refuses_an_estimate_that_contradicts_itself(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, fields: dict[str, Any]
) -> None:
    asked = ask(workspace)
    with pytest.raises(IntegrityError), transaction.atomic():
        Estimate.objects.filter(pk=asked.pk).update(**fields)


# --- The gate


def test_a_gate_that_shows_lets_everything_through_and_keeps_what_was_known(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer
) -> None:
    estimate = done(workspace, engine, "worse")
    publication = publish(workspace, without_evidence=True)
    assert (publication.number, publication.estimate, publication.without_evidence) == (2, estimate, False)


def test_a_gate_that_holds_wants_an_estimate_of_this_very_draft(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate
) -> None:
    assert held(workspace) is Held.MISSING
    asked = ask(workspace)
    assert held(workspace, without_evidence=True) is Held.UNDER_WAY
    engine.finish(found("better"))
    operations.follow(asked, now=timezone.now())
    Offer.objects.filter(pk=offer.pk).update(value=Decimal(13))
    assert held(workspace, without_evidence=True) is Held.MISSING
    Offer.objects.filter(pk=offer.pk).update(value=Decimal(12))
    assert publish(workspace).estimate == asked


def test_an_estimate_against_what_ran_before_does_not_count(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, now: datetime
) -> None:
    done(workspace, engine, "better")
    Offer.objects.filter(pk=offer.pk).update(value=Decimal(14))
    publish(workspace)
    Offer.objects.filter(pk=offer.pk).update(value=Decimal(12))
    operations.set_gate(mode=Gate.Mode.HOLD, margin=0.01, actor=workspace.cast.adam, now=now)
    assert held(workspace) is Held.MISSING


def test_another_margin_is_another_question(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate
) -> None:
    done(workspace, engine, "not worse")
    operations.set_gate(mode=Gate.Mode.HOLD, margin=0.0, actor=workspace.cast.adam, now=timezone.now())
    assert held(workspace) is Held.MISSING


def test_what_is_worse_is_not_published_whoever_says_so(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate
) -> None:
    done(workspace, engine, "worse")
    assert held(workspace, without_evidence=True) is Held.WORSE
    in_engine = the_engine().current()
    assert in_engine is not None
    assert (in_engine["number"], Publication.objects.count()) == (1, 1)


@pytest.mark.parametrize("verdict", ["better", "not worse"])
def test_what_is_not_worse_is_published(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate, verdict: str
) -> None:
    estimate = done(workspace, engine, verdict)
    publication = publish(workspace, without_evidence=True)
    assert (publication.estimate, publication.without_evidence) == (estimate, False)


def test_without_evidence_the_publication_and_the_audit_trail_say_so(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate
) -> None:
    asked = ask(workspace)
    engine.finish(nothing_compared(margin=0.02))
    operations.follow(asked, now=timezone.now())
    assert held(workspace) is Held.NO_EVIDENCE
    publication = publish(workspace, without_evidence=True)
    assert (publication.estimate, publication.without_evidence) == (asked, True)
    noted = Activity.objects.filter(verb="publication.published").latest("id")
    assert noted.actor == workspace.cast.hannah
    assert noted.detail == {
        "offers": 1,
        "changes": 1,
        "verdict": "not enough evidence",
        "without_evidence": True,
    }


def test_the_first_publication_has_nothing_to_be_compared_with(
    workspace: Workspace, engine: EstimatingEngine, holds: Gate, now: datetime
) -> None:
    workspace.released("O-1", now=now)
    assert publish(workspace).number == 1


def test_publishing_without_a_change_passes_every_gate(
    workspace: Workspace, engine: EstimatingEngine, now: datetime, holds: Gate
) -> None:
    workspace.released("O-1", now=now)
    assert publish(workspace) == publish(workspace)


def test_a_publication_cut_off_before_its_row_keeps_what_was_known_and_said(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer, holds: Gate
) -> None:
    estimate = done(workspace, engine, "not enough evidence")
    the_engine().publish(operations.preview().document)
    publication = publish(workspace, without_evidence=True)
    assert (publication.number, publication.published_by) == (2, workspace.cast.hannah)
    assert (publication.estimate, publication.without_evidence) == (estimate, True)


def test_a_publication_without_evidence_was_estimated(
    workspace: Workspace, engine: EstimatingEngine, offer: Offer
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.update(without_evidence=True)


def test_an_emergency_stop_passes_every_gate(
    workspace: Workspace, engine: EstimatingEngine, engine_room: EngineRoom, offer: Offer, holds: Gate
) -> None:
    assert held(workspace) is Held.MISSING
    assert engine_room.running.call("POST", "/v1/offers/O-1/stop", scope="publish").status == 200
    decided = engine_room.running.event(attributes={"call.reason": "battery"}).json["decision"]
    assert [shown["offer"] for shown in decided["offers"]] == []


# --- Setting it


def test_nobody_having_set_it_the_gate_shows(workspace: Workspace) -> None:
    assert (Gate.objects.in_force().mode, Gate.objects.in_force().margin) == (Gate.Mode.SHOW, 0.01)


def test_setting_the_gate_keeps_how_it_was_set_before(workspace: Workspace, now: datetime) -> None:
    adam = workspace.cast.adam
    first = operations.set_gate(mode=Gate.Mode.HOLD, margin=0.02, actor=adam, now=now)
    assert operations.set_gate(mode=Gate.Mode.HOLD, margin=0.02, actor=adam, now=now) == first
    operations.set_gate(mode=Gate.Mode.OFF, margin=0.02, actor=adam, now=now + timedelta(minutes=1))
    assert [row.mode for row in Gate.objects.all()] == ["off", "hold"]
    assert Gate.objects.in_force().mode == Gate.Mode.OFF
    noted = Activity.objects.filter(verb="gate.set").latest("id")
    assert (noted.actor, noted.detail["mode"]) == (adam, ["hold", "off"])


@pytest.mark.parametrize("fields", [{"mode": "shut"}, {"margin": -0.1}, {"margin": 1.1}])
def test_the_database_refuses_a_gate_that_is_none(workspace: Workspace, holds: Gate, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Gate.objects.filter(pk=holds.pk).update(**fields)
