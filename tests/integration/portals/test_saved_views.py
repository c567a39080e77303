"""Views of lists are kept for oneself or for the own company, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import NOW, SINCE, Cast

from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership, SavedView

type ClientOf = Callable[[User], Client]

LEADS = "partner:lead-list"
KEEP = "/ui/views/"


@pytest.fixture
def petra(cast: Cast, client_of: ClientOf) -> Client:
    cast.petra.language = cast.paul.language = "en"
    cast.petra.save()
    cast.paul.save()
    client = client_of(cast.petra)
    client.get("/")
    return client


def kept(client: Client, name: str = "Open, mine", query: str = "state=active&owner=me", **more: str) -> str:
    answer = client.post(KEEP, {"page": LEADS, "name": name, "query": query, **more}, follow=True)
    return answer.content.decode()


def shown(client: Client, page: str = LEADS, query: str = "") -> str:
    return client.get(f"{reverse(page)}?{query}").content.decode()


def test_a_view_is_kept_shown_and_removed(petra: Client) -> None:
    offer = shown(petra, query="state=active&q=&page=2")
    assert 'value="state=active"' in offer
    assert "Keep this view" not in shown(petra)
    assert "is kept." in kept(petra)
    view = SavedView.objects.get()
    url = f"{reverse(LEADS)}?owner=me&amp;state=active"
    assert url in shown(petra)
    there = shown(petra, query="owner=me&state=active")
    assert "Keep this view" not in there
    petra.post(reverse("ui:saved-view-removal", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_the_same_name_again_takes_the_place_of_the_first(petra: Client) -> None:
    kept(petra)
    kept(petra, query="state=new")
    assert SavedView.objects.get().query == "state=new"


def test_a_view_is_of_its_list_alone(petra: Client) -> None:
    kept(petra)
    assert "Open, mine" in shown(petra)
    assert "Open, mine" not in shown(petra, "partner:order-list")


def test_what_is_shared_is_seen_by_colleagues_and_removed_by_its_owner_alone(
    cast: Cast, petra: Client, client_of: ClientOf
) -> None:
    kept(petra, name="Just mine")
    kept(petra, name="Ours", query="state=new", is_shared="on")
    paul, rex = client_of(cast.paul), client_of(cast.rex)
    assert "Ours" in shown(paul)
    assert "Just mine" not in shown(paul)
    assert "Ours" not in shown(rex)
    for view in SavedView.objects.all():
        for client in (paul, rex):
            assert client.post(reverse("ui:saved-view-removal", args=[view.pk])).status_code == 404
    assert SavedView.objects.count() == 2


def test_a_view_stays_with_the_company_for_which_it_was_kept(cast: Cast, petra: Client) -> None:
    kept(petra)
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=SINCE)
    other.give(Role.PARTNER_MANAGER, actor=cast.adam, now=NOW)
    other.act()
    assert "Open, mine" not in shown(petra)
    kept(petra, name="At the other")
    assert SavedView.objects.get(name="At the other").organisation == cast.borough


@pytest.mark.parametrize(
    "page", ["channel:lead-list", "partner:today", "partner:nothing-list", "https://evil.example", ""]
)
def test_only_lists_of_the_own_portals_have_views(petra: Client, page: str) -> None:
    assert petra.post(KEEP, {"page": page, "name": "x", "query": "q=a"}).status_code == 404
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "query"), [("", "q=a"), ("x" * 61, "q=a"), ("x", ""), ("x", "page=3"), ("x", f"q={'a' * 600}")]
)
def test_a_view_without_a_name_or_a_filter_is_not_kept(petra: Client, name: str, query: str) -> None:
    assert "Nothing was kept." in kept(petra, name=name, query=query)
    assert not SavedView.objects.exists()


def test_twenty_views_of_a_list_are_enough(petra: Client) -> None:
    for number in range(20):
        kept(petra, name=f"View {number}")
    assert "Remove one first." in kept(petra, name="One more")
    assert "is kept." in kept(petra, name="View 3", query="state=new")
    assert SavedView.objects.count() == 20


def test_the_channel_manager_keeps_views_of_the_work_of_partners(cast: Cast, client_of: ClientOf) -> None:
    claire = client_of(cast.claire)
    claire.post(KEEP, {"page": "channel:lead-list", "name": "To answer", "query": "waits=answer"})
    assert "To answer" in shown(claire, "channel:lead-list")


def test_views_cost_a_list_one_query_however_many_there_are(cast: Cast, petra: Client) -> None:
    kept(petra)
    few = cost(petra)
    for number in range(5):
        kept(petra, name=f"View {number}", query=f"q={number}")
    petra.get(reverse(LEADS))  # the words of the last answer are shown once
    assert cost(petra) == few


def cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(LEADS)).status_code == 200
    return len(queries)


@pytest.mark.both_databases
def test_the_database_keeps_a_name_once(cast: Cast) -> None:
    view = {"owner": cast.petra, "organisation": cast.camden, "page": LEADS, "name": "Mine", "query": "q=a"}
    SavedView.objects.create(**view)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(**view)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(**{**view, "name": ""})
