"""The steps of an offer, each by who and when; what is not complete stays where it is."""

from datetime import datetime

from django.test import Client
from tests.workspace import Workspace

from tradewind.crm.marketing.models import Offer, OfferStatus

OFFER = "/marketing/offers/O-1/"


def labels(client: Client) -> list[str]:
    return [str(step.label) for step in client.get(OFFER).context["steps"]]


def test_an_offer_goes_from_draft_to_its_end(hannah: Client, workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    assert labels(hannah) == ["Send for review", "Close for good"]
    for resource, status in [
        ("submission", "in_review"),
        ("return", "draft"),
        ("submission", "in_review"),
        ("release", "released"),
        ("pause", "paused"),
        ("release", "released"),
        ("closure", "closed"),
    ]:
        answer = hannah.post(f"{OFFER}{resource}/")
        assert (answer.status_code, Offer.objects.get().status) == (302, status)
    assert labels(hannah) == []
    assert {row.started_by for row in OfferStatus.objects.filter(offer=offer)} == {workspace.cast.hannah}


def test_the_buttons_are_those_that_may_follow(hannah: Client, workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.submit(actor=workspace.cast.hannah, now=now)
    assert labels(hannah) == ["Release", "Return to draft", "Close for good"]
    offer.release(actor=workspace.cast.hannah, now=now)
    assert labels(hannah) == ["Pause", "Close for good"]


def test_a_step_that_may_not_follow_is_refused_in_words(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now)
    page = hannah.post(f"{OFFER}release/", follow=True).content.decode()
    assert "An offer that is “Draft” cannot become “Released”." in page
    assert Offer.objects.get().status == "draft"


def test_an_incomplete_offer_says_what_is_missing(hannah: Client, workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.profiles.all().delete()
    offer.treatments.all().delete()
    assert "Missing before it can be released" in hannah.get(OFFER).content.decode()
    page = hannah.post(f"{OFFER}submission/", follow=True).content.decode()
    assert "Describe at least one recipient profile." in page
    assert Offer.objects.get().status == "draft"


def test_a_note_stands_in_the_timeline(hannah: Client, workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.submit(actor=workspace.cast.hannah, now=now)
    hannah.post(f"{OFFER}return/", {"note": "Say what <b>is</b> covered."})
    latest = hannah.get(OFFER).context["timeline"][0]
    assert (latest.title, latest.text) == ("Draft", "Hannah Lindqvist: “Say what <b>is</b> covered.”")
    assert "<b>is</b>" not in hannah.get(OFFER).content.decode()


def test_closing_asks_first(hannah: Client, workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now)
    page = hannah.get(f"{OFFER}closure/").content.decode()
    assert "it cannot be opened again" in page
    assert Offer.objects.get().status == "draft"
    hannah.post(f"{OFFER}closure/")
    assert Offer.objects.get().status == "closed"
