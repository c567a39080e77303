"""Notices are written by the channel manager and read by those they are aimed at, with their documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.cast import NOW, Cast
from tests.papers import a_pdf, a_picture
from tests.partnership import enlisted

from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.models import Notice, Partner, PartnerType, Programme, Tier
from tradewind.crm.identity.models import User

type ClientOf = Callable[[User], Client]

MOST_QUERIES = 15


@pytest.fixture
def camden(cast: Cast) -> Partner:
    cast.petra.language = cast.paul.language = "en"
    cast.petra.save()
    cast.paul.save()
    enlisted(cast.borough, actor=cast.claire, now=NOW)
    reseller = PartnerType.objects.create(code="reseller", name="Reseller")
    return enlisted(cast.camden, actor=cast.claire, now=NOW, type=reseller)


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    client = client_of(cast.claire)
    client.get("/")
    return client


def typed(**more: object) -> dict[str, object]:
    return {"title": "New prices", "body": "From Monday.", "starts_date": timezone.localdate().isoformat(), **more}


def test_a_notice_is_written_aimed_and_read_with_its_document(
    cast: Cast, camden: Partner, claire: Client, client_of: ClientOf
) -> None:
    aimed = typed(types=[camden.type_id], paper=a_pdf("prices.pdf"))
    listed = claire.post(reverse("channel:notice-create"), aimed, follow=True).content.decode()
    assert "Reseller" in listed
    notice = Notice.objects.get()
    document = reverse("partner:notice-document", args=[notice.pk])
    for user in (cast.petra, cast.paul):
        client = client_of(user)
        page = client.get(reverse("partner:notice-list")).content.decode()
        assert "From Monday." in page
        assert document in page
        assert b"".join(client.get(document)) == a_picture("PDF")
        assert "New prices" in client.get(reverse("partner:news")).content.decode()
    rex = client_of(cast.rex)
    assert "New prices" not in rex.get(reverse("partner:notice-list")).content.decode()
    assert rex.get(document).status_code == 404
    assert b"".join(claire.get(reverse("channel:notice-document", args=[notice.pk]))) == a_picture("PDF")


def test_each_reads_it_in_the_own_language(cast: Cast, camden: Partner, claire: Client, client_of: ClientOf) -> None:
    claire.post(reverse("channel:notice-create"), typed(title_ro="Prețuri noi", body_ro="De luni."))
    cast.petra.language = "ro"
    cast.petra.save()
    assert "De luni." in client_of(cast.petra).get(reverse("partner:notice-list")).content.decode()
    assert "From Monday." in client_of(cast.paul).get(reverse("partner:notice-list")).content.decode()


def test_another_document_takes_the_place_of_the_first(camden: Partner, claire: Client) -> None:
    claire.post(reverse("channel:notice-create"), typed(paper=a_pdf("one.pdf")))
    edit = reverse("channel:notice-edit", args=[Notice.objects.get().pk])
    claire.post(edit, typed(title="Newer prices"))
    assert str(Notice.objects.get().file) == "one.pdf"
    claire.post(edit, typed(paper=a_pdf("two.pdf")))
    assert str(Notice.objects.get().file) == "two.pdf"


def test_a_notice_is_ended(cast: Cast, camden: Partner, claire: Client, client_of: ClientOf) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    claire.post(reverse("channel:notice-create"), typed(starts_date=yesterday.isoformat()))
    notice = Notice.objects.get()
    claire.post(reverse("channel:notice-end", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.ends_date == timezone.localdate()
    told = Activity.objects.get(verb="notice.ended")
    assert (told.actor, told.detail) == (cast.claire, {"notice": notice.pk})


def test_a_notice_that_has_not_begun_is_withdrawn_and_read_by_nobody(
    cast: Cast, camden: Partner, claire: Client
) -> None:
    today = timezone.localdate()
    tomorrow = (today + timedelta(days=1)).isoformat()
    listed = claire.post(reverse("channel:notice-create"), typed(starts_date=tomorrow), follow=True).content.decode()
    assert "Withdraw: New prices" in listed
    notice = Notice.objects.get()
    answer = claire.post(reverse("channel:notice-end", args=[notice.pk]), follow=True).content.decode()
    assert "partners do not get to read it" in answer
    assert "Withdraw: New prices" not in answer
    assert not Notice.objects.standing(on_date=today + timedelta(days=1)).exists()
    assert Activity.objects.get(verb="notice.withdrawn").actor == cast.claire
    claire.post(reverse("channel:notice-edit", args=[notice.pk]), typed(starts_date=tomorrow))
    assert Notice.objects.standing(on_date=today + timedelta(days=1)).get() == notice


def test_a_notice_that_is_over_is_not_shown_again_by_ending_it(camden: Partner, claire: Client) -> None:
    today = timezone.localdate()
    claire.post(reverse("channel:notice-create"), typed(starts_date=(today - timedelta(days=9)).isoformat()))
    Notice.objects.update(ends_date=today - timedelta(days=2))
    answer = claire.post(reverse("channel:notice-end", args=[Notice.objects.get().pk]), follow=True)
    assert "It is over already." in answer.content.decode()
    assert Notice.objects.get().ends_date == today - timedelta(days=2)
    assert not Activity.objects.filter(verb="notice.ended").exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "required"),
        ({"title_ro": "Prețuri"}, "Write title and text in Romanian, or neither."),
        ({"ends_date": "2020-01-01"}, "The notice ends before it begins."),
    ],
)
def test_a_fault_is_named_and_nothing_is_kept(
    camden: Partner, claire: Client, wrong: dict[str, object], says: str
) -> None:
    answer = claire.post(reverse("channel:notice-create"), typed(**wrong))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Notice.objects.exists()


def test_a_notice_without_a_document_hands_out_none(
    cast: Cast, camden: Partner, claire: Client, client_of: ClientOf
) -> None:
    claire.post(reverse("channel:notice-create"), typed())
    pk = Notice.objects.get().pk
    assert claire.get(reverse("channel:notice-document", args=[pk])).status_code == 404
    assert client_of(cast.petra).get(reverse("partner:notice-document", args=[pk])).status_code == 404


def test_the_pages_cost_the_same_however_many_notices_there_are(
    cast: Cast, camden: Partner, claire: Client, client_of: ClientOf
) -> None:
    paul = client_of(cast.paul)
    paul.get("/")
    programme = Programme.objects.create(code="sell", name="Sell")
    tier = Tier.objects.create(programme=programme, rank=1, name="Bronze")
    pages = [(claire, reverse("channel:notice-list")), (paul, reverse("partner:notice-list"))]
    few: list[int] = []
    for number in range(6):
        claire.post(reverse("channel:notice-create"), typed(paper=a_pdf(), tiers=[tier.pk] if number % 2 else []))
        few = [cost(client, url) for client, url in pages] if number == 1 else few
    assert [cost(client, url) for client, url in pages] == few
    assert max(few) <= MOST_QUERIES


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["petra", "rex", "hannah", "adam"])
def test_nobody_else_writes_notices(cast: Cast, camden: Partner, claire: Client, client_of: ClientOf, who: str) -> None:
    claire.post(reverse("channel:notice-create"), typed())
    notice, client = Notice.objects.get(), client_of(getattr(cast, who))
    posts = [
        reverse("channel:notice-create"),
        *(reverse(f"channel:notice-{n}", args=[notice.pk]) for n in ("edit", "end")),
    ]
    assert {client.post(url, typed(title="Forged")).status_code for url in posts} == {404}
    assert Notice.objects.get().title == "New prices"
