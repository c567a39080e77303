"""The emergency stop from the workspace: asked once more, obeyed at once, seen wherever the offer is."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from tests.cast import Cast
from tests.engines import RunningEngine
from tests.workspace import Workspace

from tradewind.crm.decisions import operations
from tradewind.crm.decisions.models import Stop
from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer

OFFER = "/marketing/offers/O-1/"
PREDICTOR = f"{OFFER}predictor/"
LIST = "/marketing/offers/"
STOP_LINK = f'href="{OFFER}stop/"'
LIFT_LINK = f'href="{OFFER}resumption/"'
type ClientOf = Callable[[User], Client]


@pytest.fixture
def running(workspace: Workspace, now: datetime, engine: RunningEngine) -> Offer:
    offer = workspace.released("O-1", now=now)
    workspace.draft("O-2", now=now)
    operations.publish(actor=workspace.cast.hannah, now=now)
    return offer


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def is_stopped(engine: RunningEngine) -> bool:
    lines = engine.history(types="offer_stopped,offer_resumed")
    return bool(lines) and lines[-1]["type"] == "offer_stopped"


def test_a_stop_asks_first_and_then_needs_no_publication(
    hannah: Client, running: Offer, engine: RunningEngine, cast: Cast
) -> None:
    assert STOP_LINK in page(hannah, OFFER)
    assert "no publication brings it back" in page(hannah, f"{OFFER}stop/")
    assert not Stop.objects.exists()
    answer = hannah.post(f"{OFFER}stop/", {"note": "  Wrong <b>price</b>  "}, follow=True)
    assert answer.redirect_chain == [(OFFER, 302)]
    assert "O-1 is stopped." in answer.content.decode()
    stop = Stop.objects.get()
    assert (stop.offer, stop.started_by, stop.note) == (running, cast.hannah, "Wrong <b>price</b>")
    assert is_stopped(engine)


def test_the_state_is_shown_with_who_and_why_until_somebody_lifts_it(
    hannah: Client, running: Offer, engine: RunningEngine
) -> None:
    hannah.post(f"{OFFER}stop/", {"note": "Wrong price"})
    for address in (OFFER, PREDICTOR):
        shown = page(hannah, address)
        assert "Stopped in an emergency." in shown
        assert "by Hannah Lindqvist. “Wrong price”" in shown
        assert LIFT_LINK in shown
        assert STOP_LINK not in shown
    assert page(hannah, LIST).count("Stopped</span>") == 1
    assert "the next decision may show it again" in page(hannah, f"{OFFER}resumption/")
    answer = hannah.post(f"{OFFER}resumption/", follow=True)
    assert "The stop of O-1 is lifted." in answer.content.decode()
    assert not is_stopped(engine)
    assert "Stopped in an emergency." not in page(hannah, PREDICTOR)
    assert STOP_LINK in page(hannah, OFFER)
    assert "Stopped</span>" not in page(hannah, LIST)


def test_the_timeline_tells_who_stopped_and_who_lifted(hannah: Client, running: Offer) -> None:
    hannah.post(f"{OFFER}stop/", {"note": "Wrong price"})
    hannah.post(f"{OFFER}resumption/")
    told = [(entry.title, entry.text) for entry in hannah.get(OFFER).context["timeline"]]
    assert told[:2] == [
        ("Stop lifted", "Hannah Lindqvist"),
        ("Stopped in an emergency", "Hannah Lindqvist: “Wrong price”"),
    ]


def test_stopped_offers_are_found_in_the_list_and_on_the_overview(hannah: Client, running: Offer) -> None:
    assert list(hannah.get(f"{LIST}?status=stopped").context["rows"]) == []
    hannah.post(f"{OFFER}stop/")
    assert [offer.code for offer, _known in hannah.get(f"{LIST}?status=stopped").context["rows"]] == ["O-1"]
    first = hannah.get("/marketing/").context["todo"][0]
    assert (first.title, first.text, first.url) == ("1 offer is stopped", "Offer O-1", f"{LIST}?status=stopped")


def test_an_offer_that_does_not_run_has_nothing_to_stop(hannah: Client, running: Offer) -> None:
    draft = "/marketing/offers/O-2/"
    assert f'href="{draft}stop/"' not in page(hannah, draft)
    answer = hannah.post(f"{draft}stop/", follow=True)
    assert "The engine does not run this offer" in answer.content.decode()


def test_the_manager_sees_the_stop_and_has_no_buttons(
    hannah: Client, cast: Cast, client_of: ClientOf, running: Offer
) -> None:
    ines = client_of(cast.ines)
    assert STOP_LINK not in page(ines, PREDICTOR)
    hannah.post(f"{OFFER}stop/")
    shown = page(ines, PREDICTOR)
    assert "Stopped in an emergency." in shown
    assert LIFT_LINK not in shown
    assert ines.post(f"{OFFER}resumption/").status_code == 404
    assert Stop.objects.in_force().exists()


def test_a_stop_is_kept_while_the_engine_is_away_and_lifting_it_waits(
    hannah: Client, running: Offer, engine: RunningEngine
) -> None:
    engine.stop()
    said = hannah.post(f"{OFFER}stop/", follow=True).content.decode()
    assert "The engine is away. O-1 is stopped at the desk now" in said
    assert "is told as soon as it answers" in said
    said = hannah.post(f"{OFFER}resumption/", follow=True).content.decode()
    assert "the stop is still in force here" in said
    assert Stop.objects.in_force().exists()


def test_it_is_said_in_romanian_too(hannah: Client, cast: Cast, running: Offer) -> None:
    cast.hannah.language = "ro"
    cast.hannah.save()
    assert "Oprește acum" in page(hannah, OFFER)
    assert "Opriți acum" in page(hannah, f"{OFFER}stop/")
    hannah.post(f"{OFFER}stop/")
    shown = page(hannah, OFFER)
    assert "Oprită de urgență." in shown
    assert "Ridică oprirea" in shown
