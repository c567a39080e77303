"""Territories and the store locator, on the channel manager's pages and in public."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.partnership import active, enlisted

from tradewind.crm.channel.models import AreaPlace, Partner, StoreEntry
from tradewind.crm.channel.territories import assign, cover
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Territory

type ClientOf = Callable[[User], Client]

STORE = {
    "street": "Str. Lăpușneanu 22",
    "postcode": "700001",
    "city": "Iași",
    "phone": "",
    "hours": "9–18",
    "services": "Repair",
}


@pytest.fixture
def claire(cast: Cast, client_of: ClientOf) -> Client:
    client = client_of(cast.claire)
    client.get("/")
    return client


@pytest.fixture
def partner(cast: Cast) -> Partner:
    return active(actor=cast.claire, now=timezone.now())


def test_a_territory_is_drawn_given_and_taken(claire: Client, cast: Cast, partner: Partner) -> None:
    claire.post(reverse("channel:territory-create"), {"name": "North", "code": "north", "areas": "N1, N7"})
    url = reverse("channel:territory", args=["north"])
    claire.post(url, {"name": "North London", "code": "hacked", "areas": "N7, N19"})
    north = Territory.objects.get(code="north")
    assert (north.name, [area.area for area in north.areas.all()]) == ("North London", ["N19", "N7"])
    assert claire.post(url, {"name": "North London", "areas": " , "}).status_code == 422
    holders = reverse("channel:territory-holders", args=["north"])
    claire.post(holders, {"partner": partner.uuid})
    twice = claire.post(holders, {"partner": partner.uuid}, follow=True)
    assert "does not work this territory yet" in twice.content.decode()
    (holder,) = north.holders.current()
    assert str(partner) in claire.get(reverse("channel:territory-list")).content.decode()
    claire.post(reverse("channel:territory-holder-end", args=["north", holder.pk]))
    assert not north.holders.current().exists()


def test_the_map_and_its_table_say_the_same(claire: Client, cast: Cast, partner: Partner) -> None:
    for number, area in enumerate(("N1", "N7", "E8")):
        AreaPlace.objects.create(area=area, east_m=530_000 + 1_000 * number, north_m=184_000 + 500 * number)
    for code, areas in (("east", ["E8"]), ("north", ["N1"])):
        cover(Territory.objects.create(code=code, name=code), areas)
    page = claire.get(reverse("channel:territory-list"))
    drawn = {spot.area: (spot.number, spot.is_covered) for spot in page.context["map"].spots}
    assert drawn == {"N1": (2, True), "N7": (0, False), "E8": (1, True)}
    assert [(line.number, line.areas) for line in page.context["lines"]] == [(1, ["E8"]), (2, ["N1"])]
    assert page.context["uncovered"] == ["N7"]
    assert "In no territory: N7." in page.content.decode()


def test_the_map_costs_the_same_however_many_territories_there_are(
    claire: Client, cast: Cast, partner: Partner
) -> None:
    def grow(*codes: str) -> int:
        for code in codes:
            territory = Territory.objects.create(code=code, name=code)
            cover(territory, [code.upper()])
            assign(territory, partner=partner, actor=cast.claire, now=timezone.now())
            AreaPlace.objects.create(area=code.upper(), east_m=AreaPlace.objects.count(), north_m=1)
        with CaptureQueriesContext(connection) as queries:
            assert claire.get(reverse("channel:territory-list")).status_code == 200
        return len(queries)

    assert grow("a1", "a2") == grow("a3", "a4", "a5", "a6") <= 15


def test_a_store_is_written_published_and_found(claire: Client, partner: Partner) -> None:
    url = reverse("channel:partner-store", args=[partner.uuid])
    assert claire.get(url).status_code == 200
    assert claire.post(url, {**STORE, "street": ""}).status_code == 422
    claire.post(url, STORE)
    publication = reverse("channel:partner-store-publication", args=[partner.uuid])
    stranger = Client()
    assert "Lăpușneanu" not in stranger.get(reverse("visitor:stores")).content.decode()
    claire.post(publication)
    assert "Str. Lăpușneanu 22" in stranger.get(reverse("visitor:stores"), {"q": "iasi"}).content.decode()
    assert "No store fits" in stranger.get(reverse("visitor:stores"), {"q": "Atlantis"}).content.decode()
    claire.post(url, {**STORE, "hours": "10–16"})
    assert "10–16" in stranger.get(reverse("visitor:stores")).content.decode()
    claire.post(publication, {"withdraw": "yes"})
    assert "Lăpușneanu" not in stranger.get(reverse("visitor:stores")).content.decode()


def test_the_public_list_tells_nothing_else_of_a_partner(claire: Client, cast: Cast, partner: Partner) -> None:
    enlisted("Secret Recruit", actor=cast.claire, now=timezone.now())
    claire.post(reverse("channel:partner-store", args=[partner.uuid]), STORE)
    claire.post(reverse("channel:partner-store-publication", args=[partner.uuid]))
    page = Client().get(reverse("visitor:stores")).content.decode()
    assert "Secret Recruit" not in page
    assert partner.vat_id not in page
    assert "ana@soimul.example" not in page


@pytest.mark.parametrize("name", ["petra", "rex", "hannah"])
def test_other_roles_reach_none_of_it(cast: Cast, client_of: ClientOf, partner: Partner, name: str) -> None:
    Territory.objects.create(code="north", name="North")
    client = client_of(getattr(cast, name))
    asked = [
        reverse("channel:territory-list"),
        reverse("channel:territory-create"),
        reverse("channel:territory", args=["north"]),
        reverse("channel:partner-store", args=[partner.uuid]),
    ]
    assert {client.get(url).status_code for url in asked} == {404}
    assert {client.post(url, STORE).status_code for url in asked} == {404}
    assert not StoreEntry.objects.exists()


def test_an_administrator_reads_and_changes_nothing(cast: Cast, client_of: ClientOf, partner: Partner) -> None:
    adam = client_of(cast.adam)
    assert adam.get(reverse("channel:territory-list")).status_code == 200
    url = reverse("channel:partner-store", args=[partner.uuid])
    assert adam.get(url).status_code == 200
    assert adam.post(url, STORE).status_code == 404
    assert not StoreEntry.objects.exists()
