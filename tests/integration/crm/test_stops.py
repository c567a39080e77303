"""An emergency stop holds for the next decision, without a publication, and also while the engine is away."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError
from tests.engine_room import EngineRoom
from tests.workspace import Workspace

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions import operations
from tradewind.crm.decisions.engine import Engine, EngineUnavailable, the_engine
from tradewind.crm.decisions.models import Decision, Stop
from tradewind.crm.marketing.models import Offer
from tradewind.engine import wire


@pytest.fixture
def offer(workspace: Workspace, engine_room: EngineRoom, now: datetime) -> Offer:
    """One of two offers that the engine runs."""
    offer = workspace.released("O-1", now=now, reoffer_after_days=None)
    workspace.released("O-2", now=now, reoffer_after_days=None)
    operations.publish(actor=workspace.cast.hannah, now=now)
    return offer


def asked(workspace: Workspace, now: datetime, session: str) -> Decision:
    return operations.ask(
        customer=workspace.cast.maya,
        agent=workspace.cast.daniel,
        event="call-started",
        session=session,
        channel="call-center",
        language="en",
        now=now,
    )


def shown(workspace: Workspace, now: datetime, session: str) -> list[str]:
    return sorted(asked(workspace, now, session).offers.values_list("offer__code", flat=True))


def stopped(offer: Offer, workspace: Workspace, now: datetime, **more: Any) -> Stop:
    return operations.stop(offer=offer, actor=workspace.cast.hannah, now=now, **more)


def test_the_next_decision_obeys_a_stop_and_its_end(offer: Offer, workspace: Workspace, now: datetime) -> None:
    assert shown(workspace, now, "before") == ["O-1", "O-2"]
    stop = stopped(offer, workspace, now, note="Wrong price")
    assert (stop.offer, stop.started_by, stop.note, stop.is_untold) == (
        offer,
        workspace.cast.hannah,
        "Wrong price",
        False,
    )
    assert shown(workspace, now, "during") == ["O-2"]
    operations.resume(offer=offer, actor=workspace.cast.adam, now=now)
    stop.refresh_from_db()
    assert (stop.ended_at, stop.ended_by) == (now, workspace.cast.adam)
    assert shown(workspace, now, "after") == ["O-1", "O-2"]
    noted = Activity.objects.filter(offer_activity__offer=offer, verb__in=["offer.stopped", "offer.resumed"])
    assert [(each.verb, each.actor, each.detail) for each in noted.order_by("id")] == [
        ("offer.stopped", workspace.cast.hannah, {"note": "Wrong price"}),
        ("offer.resumed", workspace.cast.adam, {}),
    ]


def test_whoever_stopped_first_has_stopped_it(offer: Offer, workspace: Workspace, now: datetime) -> None:
    first = stopped(offer, workspace, now)
    second = operations.stop(offer=offer, actor=workspace.cast.adam, now=now, note="Me too")
    assert (second, second.started_by, second.note) == (first, workspace.cast.hannah, "")
    assert Activity.objects.filter(verb="offer.stopped").count() == 1


def test_the_database_holds_one_stop_at_a_time(offer: Offer, workspace: Workspace, now: datetime) -> None:
    stopped(offer, workspace, now)
    with pytest.raises(IntegrityError):
        Stop.objects.create(offer=offer, started_at=now, started_by=workspace.cast.adam)


def test_an_offer_that_the_engine_does_not_run_is_not_stopped(
    offer: Offer, workspace: Workspace, now: datetime
) -> None:
    draft = workspace.draft("O-3", now=now)
    with pytest.raises(operations.StopRefused):
        stopped(draft, workspace, now)
    assert not Stop.objects.exists()


def test_with_the_engine_away_the_desk_obeys_at_once_and_the_engine_as_soon_as_it_answers(
    offer: Offer, workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    engine_room.stop()
    assert shown(workspace, now, "before") == ["O-1", "O-2"]
    stop = stopped(offer, workspace, now)
    assert stop.is_untold
    assert shown(workspace, now, "during") == ["O-2"]
    assert operations.follow_stops(now=now) == 0
    engine_room.start()
    assert operations.follow_stops(now=now) == 1
    stop.refresh_from_db()
    assert stop.position
    decision = asked(workspace, now, "after")
    assert decision.mode != Decision.Mode.FALLBACK
    assert [each.offer.code for each in decision.offers.select_related("offer")] == ["O-2"]
    assert operations.follow_stops(now=now) == 0


def test_a_stop_that_was_lifted_while_the_engine_was_told_is_taken_back_there(
    offer: Offer, workspace: Workspace, engine_room: EngineRoom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine_room.stop()
    stopped(offer, workspace, now)
    engine_room.start()
    reach = Stop.reach

    def lifted_first(stop: Stop, position: str) -> bool:
        stop.lift(actor=workspace.cast.adam, now=now)
        return reach(stop, position)

    monkeypatch.setattr(Stop, "reach", lifted_first)
    assert operations.follow_stops(now=now) == 0
    assert shown(workspace, now, "after") == ["O-1", "O-2"]


def test_a_stop_is_not_lifted_while_the_engine_is_away(
    offer: Offer, workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    stopped(offer, workspace, now)
    engine_room.stop()
    with pytest.raises(EngineUnavailable):
        operations.resume(offer=offer, actor=workspace.cast.hannah, now=now)
    assert Stop.objects.in_force().count() == 1


def test_a_stop_of_what_the_engine_does_not_know_can_be_lifted(
    workspace: Workspace, engine_room: EngineRoom, now: datetime
) -> None:
    offer = workspace.draft("O-1", now=now)
    Stop.objects.create(offer=offer, started_at=now, started_by=workspace.cast.hannah)
    assert operations.follow_stops(now=now) == 0
    assert Stop.objects.in_force().exists()
    operations.resume(offer=offer, actor=workspace.cast.hannah, now=now)
    assert not Stop.objects.in_force().exists()


def test_lifting_what_is_not_stopped_changes_nothing(offer: Offer, workspace: Workspace, now: datetime) -> None:
    head = the_engine().health().position
    operations.resume(offer=offer, actor=workspace.cast.hannah, now=now)
    assert the_engine().health().position == head
    assert not Activity.objects.filter(verb="offer.resumed").exists()


def test_what_was_stopped_and_resumed_past_us_is_taken_over(offer: Offer, workspace: Workspace, now: datetime) -> None:
    the_engine().stop("O-1")
    assert operations.follow_stops(now=now) == 1
    assert operations.follow_stops(now=now) == 0
    stop = Stop.objects.get()
    assert (stop.offer, stop.started_by, stop.ended_at) == (offer, None, None)
    the_engine().resume("O-1")
    assert operations.follow_stops(now=now) == 1
    stop.refresh_from_db()
    assert (stop.ended_at, stop.ended_by) == (now, None)
    noted = Activity.objects.filter(offer_activity__offer=offer, actor=None).order_by("id")
    assert [each.verb for each in noted] == ["offer.stopped", "offer.resumed"]


def test_whoever_stops_what_was_found_stopped_has_stopped_it(offer: Offer, workspace: Workspace, now: datetime) -> None:
    the_engine().stop("O-1")
    operations.follow_stops(now=now)
    stop = stopped(offer, workspace, now, note="Wrong price")
    assert (Stop.objects.get(), stop.started_by, stop.note) == (stop, workspace.cast.hannah, "Wrong price")


def test_a_stop_that_the_engine_lost_with_its_history_is_told_again(
    offer: Offer, workspace: Workspace, now: datetime
) -> None:
    """Its position lies behind all that the engine knows, as after a backup was brought back."""
    Stop.objects.create(offer=offer, started_at=now, started_by=workspace.cast.hannah, position="1000000")
    assert operations.follow_stops(now=now) == 1
    assert Stop.objects.in_force().get().position != "1000000"
    assert shown(workspace, now, "after") == ["O-2"]


type Happens = Callable[[], object]


def ask_slowly(
    monkeypatch: pytest.MonkeyPatch, *, before: Happens = lambda: None, after: Happens = lambda: None
) -> None:
    """Something happens before the engine says which offers are stopped, and behind that."""
    ask = Engine.stops

    def slowly(engine: Engine) -> wire.Stops:
        before()
        found = ask(engine)
        after()
        return found

    monkeypatch.setattr(Engine, "stops", slowly)


def test_a_stop_made_since_the_engine_was_asked_is_not_taken_for_a_lifted_one(
    offer: Offer, workspace: Workspace, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_slowly(monkeypatch, after=lambda: stopped(offer, workspace, now))
    assert operations.follow_stops(now=now) == 0
    assert Stop.objects.in_force().get().started_by == workspace.cast.hannah


def test_a_stop_lifted_since_the_engine_was_asked_does_not_come_back(
    offer: Offer, workspace: Workspace, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_slowly(
        monkeypatch,
        before=lambda: stopped(offer, workspace, now),
        after=lambda: operations.resume(offer=offer, actor=workspace.cast.adam, now=now),
    )
    assert operations.follow_stops(now=now) == 0
    assert Stop.objects.get().ended_by == workspace.cast.adam


def test_who_lifts_a_stop_is_known_though_the_worker_saw_it_first(
    offer: Offer, workspace: Workspace, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, resume = stopped(offer, workspace, now), Engine.resume

    def seen_first(engine: Engine, code: str) -> wire.OfferStanding:
        standing = resume(engine, code)
        assert operations.follow_stops(now=now) == 1
        return standing

    monkeypatch.setattr(Engine, "resume", seen_first)
    operations.resume(offer=offer, actor=workspace.cast.adam, now=now)
    stop.refresh_from_db()
    assert (stop.ended_at, stop.ended_by) == (now, workspace.cast.adam)
