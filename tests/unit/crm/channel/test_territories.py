"""Who works which areas, and which stores strangers find."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import Cast
from tests.partnership import active, enlisted

from tradewind.crm.access import scope
from tradewind.crm.channel import operations
from tradewind.crm.channel.models import AreaPlace, Partner, Status, StoreEntry
from tradewind.crm.channel.stores import find
from tradewind.crm.channel.territories import TerritoryRefused, assign, cover, read_areas, withdraw
from tradewind.crm.parties.models import Territory

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


@pytest.fixture
def north(db: None) -> Territory:
    territory = Territory.objects.create(code="north", name="North London")
    cover(territory, ["N1", "N7"])
    return territory


@pytest.fixture
def camden(cast: Cast, now: datetime) -> Partner:
    partner = enlisted(cast.camden, actor=cast.claire, now=now)
    for status in (Status.APPROVED, Status.ONBOARDING):
        partner.become(status, actor=cast.claire, now=now)
    for step in partner.steps.all():
        step.tick(actor=cast.claire, now=now)
    partner.become(Status.ACTIVE, actor=cast.claire, now=now)
    return partner


def entry(partner: Partner, postcode: str, city: str = "London") -> StoreEntry:
    return StoreEntry.objects.create(partner=partner, street="1 High Street", postcode=postcode, city=city)


def test_areas_are_read_however_they_are_written() -> None:
    assert read_areas("nw1, N7;sw9 8he\nnw1,, 700001") == ["70", "N7", "NW1", "SW9"]


def test_a_territory_covers_exactly_what_was_said_last(north: Territory) -> None:
    kept = north.areas.get(area="N7").pk
    cover(north, ["N7", "N19"])
    assert list(north.areas.values_list("area", flat=True)) == ["N19", "N7"]
    assert north.areas.get(area="N7").pk == kept


def test_a_partner_works_a_territory_once_at_a_time_and_its_page_says_so(
    cast: Cast, now: datetime, north: Territory, camden: Partner
) -> None:
    holder = assign(north, partner=camden, actor=cast.claire, now=now)
    with pytest.raises(TerritoryRefused):
        assign(north, partner=camden, actor=cast.claire, now=now)
    withdraw(holder, actor=cast.claire, now=now + DAY)
    assert not north.holders.current().exists()
    again = assign(north, partner=camden, actor=cast.claire, now=now + 2 * DAY)
    told = list(camden.activities.values_list("activity__verb", flat=True)[:3])
    assert told == ["territory.given", "territory.taken", "territory.given"]
    assert again.since_date == (now + 2 * DAY).date()


def test_a_partner_that_ended_gets_no_territory_and_loses_its_own(
    cast: Cast, now: datetime, north: Territory, camden: Partner
) -> None:
    assign(north, partner=camden, actor=cast.claire, now=now)
    operations.end(camden, why="closed", actor=cast.claire, now=now + DAY)
    assert not north.holders.current().exists()
    with pytest.raises(TerritoryRefused):
        assign(north, partner=camden, actor=cast.claire, now=now + DAY)


def test_strangers_find_published_stores_of_active_partners_only(cast: Cast, now: datetime, camden: Partner) -> None:
    store = entry(camden, "NW1 8AB")
    assert find("") == []
    store.publish(actor=cast.claire, now=now)
    assert [each.entry for each in find("")] == [store]
    camden.become(Status.SUSPENDED, actor=cast.claire, now=now, why="unpaid")
    assert find("") == []
    camden.become(Status.ACTIVE, actor=cast.claire, now=now)
    store.withdraw(actor=cast.claire, now=now)
    assert find("") == []


def test_the_nearest_store_stands_first(cast: Cast, now: datetime, camden: Partner) -> None:
    for area, east, north in (("NW1", 529_000, 183_500), ("N1", 531_500, 184_000), ("SE1", 532_000, 179_500)):
        AreaPlace.objects.create(area=area, east_m=east, north_m=north)
    near = entry(camden, "NW1 8AB")
    far = entry(active(actor=cast.claire, now=now), "SE1 1TL")
    for store in (near, far):
        store.publish(actor=cast.claire, now=now)
    for text in ("N1", "n1 2xd", "N12XD"):
        found = find(text)
        assert [each.entry for each in found] == [near, far], text
        assert [round(each.distance_km or 0, 1) for each in found] == [2.5, 4.5]
    assert [each.entry for each in find("SE1")] == [far, near]


def test_a_store_is_found_by_town_and_name_without_a_map(cast: Cast, now: datetime, camden: Partner) -> None:
    store = entry(active(actor=cast.claire, now=now), "700001", "Iași")
    store.publish(actor=cast.claire, now=now)
    for text in ("iasi", "Șoimul", "70", "700001"):
        assert [each.entry for each in find(text)] == [store], text
    assert find("Reading") == []


def test_the_database_holds_what_an_entry_needs(cast: Cast, now: datetime, camden: Partner) -> None:
    store = entry(camden, "NW1 8AB")
    for change in ({"published_at": now}, {"published_by": cast.claire}, {"street": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoreEntry.objects.filter(pk=store.pk).update(**change)
    assert store.area == "NW1"


def test_a_rival_sees_no_entry_that_is_not_public(cast: Cast, camden: Partner) -> None:
    entry(camden, "NW1 8AB")
    assert scope(cast.petra, StoreEntry).exists()
    assert not scope(cast.rex, StoreEntry).exists()
