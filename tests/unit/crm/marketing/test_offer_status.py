"""An offer moves through its statuses by its own verbs, and every step is remembered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from tests.workspace import Workspace

from tradewind.crm.marketing.models import Offer, OfferActivity, OfferStatus, Status, StatusRefused

STEPS = ("submit", "send_back", "release", "pause", "close")
REACHES: dict[Status, tuple[str, ...]] = {
    Status.DRAFT: (),
    Status.IN_REVIEW: ("submit",),
    Status.RELEASED: ("submit", "release"),
    Status.PAUSED: ("submit", "release", "pause"),
    Status.CLOSED: ("close",),
}
ALLOWED: dict[Status, dict[str, Status]] = {
    Status.DRAFT: {"submit": Status.IN_REVIEW, "close": Status.CLOSED},
    Status.IN_REVIEW: {"send_back": Status.DRAFT, "release": Status.RELEASED, "close": Status.CLOSED},
    Status.RELEASED: {"pause": Status.PAUSED, "close": Status.CLOSED},
    Status.PAUSED: {"release": Status.RELEASED, "close": Status.CLOSED},
    Status.CLOSED: {},
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", list(Status))
def test_every_status_allows_its_steps_and_no_other(
    workspace: Workspace, now: datetime, status: Status, step: str
) -> None:
    offer = workspace.draft("O-1", now=now)
    for earlier in REACHES[status]:
        getattr(offer, earlier)(actor=workspace.cast.hannah, now=now)
    take: Callable[..., None] = getattr(offer, step)
    if step in ALLOWED[status]:
        take(actor=workspace.cast.hannah, now=now + timedelta(hours=1))
        assert Offer.objects.with_status().get(code="O-1").status == ALLOWED[status][step]
    else:
        with pytest.raises(StatusRefused):
            take(actor=workspace.cast.hannah, now=now + timedelta(hours=1))
        assert Offer.objects.with_status().get(code="O-1").status == status


def test_a_step_ends_the_status_before_it_and_says_who_and_when(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    later = now + timedelta(hours=2)
    offer.submit(actor=workspace.cast.claire, now=later, note="Ready")
    draft, review = OfferStatus.objects.filter(offer=offer)
    assert (draft.status, draft.ended_at) == (Status.DRAFT, later)
    assert (review.status, review.started_at, review.started_by, review.note) == (
        Status.IN_REVIEW,
        later,
        workspace.cast.claire,
        "Ready",
    )


def test_an_offer_cannot_have_two_statuses_at_a_time(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        offer.statuses.create(status=Status.RELEASED, started_at=now, started_by=workspace.cast.hannah)


def test_every_step_stands_on_the_timeline(workspace: Workspace, now: datetime) -> None:
    offer = workspace.released("O-1", now=now)
    offer.pause(actor=workspace.cast.hannah, now=now + timedelta(days=1), note="Out of stock")
    latest = OfferActivity.objects.filter(offer=offer).select_related("activity").first()
    assert latest is not None
    assert (latest.activity.verb, latest.activity.detail) == ("offer.paused", {"note": "Out of stock"})
    verbs = {row.activity.verb for row in offer.activities.select_related("activity")}
    assert verbs == {"offer.draft", "offer.in_review", "offer.released", "offer.paused"}


def test_an_incomplete_offer_is_not_submitted_and_says_what_is_missing(workspace: Workspace, now: datetime) -> None:
    offer = Offer(campaign=workspace.campaign, title="Bare", group=workspace.draft("O-9", now=now).group)
    offer.draft(actor=workspace.cast.hannah, now=now)
    offer.placements.add(workspace.desk)
    with translation.override("en"), pytest.raises(StatusRefused) as refused:
        offer.submit(actor=workspace.cast.hannah, now=now)
    assert refused.value.gaps == (
        "Choose the product.",
        "Describe at least one recipient profile.",
        "Write the texts for “Phone”.",
    )
    assert offer.status == Status.DRAFT


def test_a_message_needs_no_product(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now, purpose=Offer.Purpose.MESSAGE, product=None)
    offer.submit(actor=workspace.cast.hannah, now=now)
    assert offer.status == Status.IN_REVIEW


def test_a_new_offer_takes_the_code_after_the_highest(workspace: Workspace, now: datetime) -> None:
    assert Offer.objects.next_code() == "O-101"
    workspace.draft("O-117", now=now)
    workspace.draft("spring-special", now=now)
    offer = Offer(campaign=workspace.campaign, title="Next", group=Offer.objects.get(code="O-117").group)
    offer.draft(actor=workspace.cast.hannah, now=now)
    assert offer.code == "O-118"


def test_a_list_reads_every_status_in_one_query(
    workspace: Workspace, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    workspace.draft("O-1", now=now)
    workspace.released("O-2", now=now)
    with django_assert_num_queries(1):
        statuses = [offer.status for offer in Offer.objects.with_status()]
    assert statuses == [Status.DRAFT, Status.RELEASED]


def test_search_finds_by_code_title_and_campaign(workspace: Workspace, now: datetime) -> None:
    workspace.draft("O-1", now=now, title="New battery")
    workspace.draft("O-2", now=now, title="Care plan")
    assert [offer.code for offer in Offer.objects.search("battery")] == ["O-1"]
    assert [offer.code for offer in Offer.objects.search("o-2 campus")] == ["O-2"]
    assert not Offer.objects.search("nothing like it").exists()


def test_an_offer_cannot_end_before_it_starts(workspace: Workspace, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        workspace.draft("O-1", now=now, starts_at=now, ends_at=now - timedelta(days=1))


def test_every_change_of_an_offer_is_kept(workspace: Workspace, now: datetime) -> None:
    offer = workspace.draft("O-1", now=now)
    offer.title = "Renamed"
    offer.save()
    assert [row.title for row in offer.history.all()] == ["Renamed", "Offer O-1"]
