"""Who stands above whom: in one transaction, without circles."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from tests.cast import Cast

from tradewind.crm.activities.models import Activity
from tradewind.crm.parties.hierarchy import CircleError, place
from tradewind.crm.parties.models import Ancestry, Kind, Organisation, Supply

pytestmark = pytest.mark.both_databases


@pytest.fixture
def group(cast: Cast, now: datetime) -> list[Organisation]:
    """Four levels, the head first."""
    levels = [Organisation.objects.create(name=f"Level {n}", kind=Kind.PARTNER) for n in range(4)]
    for upper, lower in pairwise(levels):
        place(lower, under=upper, actor=cast.adam, now=now)
    return levels


def above(organisation: Organisation) -> list[tuple[str, int]]:
    return list(
        Ancestry.objects.filter(descendant=organisation).order_by("depth").values_list("ancestor__name", "depth")
    )


def test_everybody_is_at_the_head_of_a_hierarchy_of_its_own(cast: Cast) -> None:
    assert above(cast.camden) == [("Camden Computers", 0)]
    many = Organisation.objects.bulk_create(
        [Organisation(name="A", kind=Kind.STORE), Organisation(name="B", kind=Kind.STORE)]
    )
    assert [above(one) for one in many] == [[("A", 0)], [("B", 0)]]
    assert cast.camden.parent() is None


def test_the_lowest_sees_every_level_above(group: list[Organisation]) -> None:
    assert above(group[3]) == [("Level 3", 0), ("Level 2", 1), ("Level 1", 2), ("Level 0", 3)]
    assert group[3].parent() == group[2]


def test_a_company_takes_what_is_below_along(group: list[Organisation], cast: Cast, now: datetime) -> None:
    place(group[2], under=cast.camden, actor=cast.adam, now=now)
    assert above(group[3]) == [("Level 3", 0), ("Level 2", 1), ("Camden Computers", 2)]
    place(group[2], under=None, actor=cast.adam, now=now)
    assert above(group[3]) == [("Level 3", 0), ("Level 2", 1)]
    assert above(group[1]) == [("Level 1", 0), ("Level 0", 1)]


@pytest.mark.parametrize(("low", "high"), [(3, 0), (1, 0), (2, 2)])
def test_a_circle_is_refused_and_nothing_changes(
    group: list[Organisation], cast: Cast, now: datetime, low: int, high: int
) -> None:
    before = set(Ancestry.objects.values_list("ancestor", "descendant", "depth"))
    with pytest.raises(CircleError):
        place(group[high], under=group[low], actor=cast.adam, now=now)
    assert set(Ancestry.objects.values_list("ancestor", "descendant", "depth")) == before


@pytest.mark.parametrize(("upper", "lower", "depth"), [(3, 0, 3), (0, 0, 1), (1, 3, 1), (0, 1, 0)])
def test_the_database_itself_refuses_a_circle_and_a_second_parent(
    group: list[Organisation], upper: int, lower: int, depth: int
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ancestry.objects.create(ancestor=group[upper], descendant=group[lower], depth=depth)


def test_who_placed_it_is_written_down(group: list[Organisation], cast: Cast) -> None:
    placed = Activity.objects.filter(verb="organisation.placed", subject="Level 3").get()
    assert (placed.actor, placed.detail) == (cast.adam, {"under": "Level 2"})


def test_nobody_supplies_itself(cast: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Supply.objects.create(supplier=cast.camden, buyer=cast.camden, since_date=now.date())


def test_two_do_not_supply_each_other_at_a_time(cast: Cast, now: datetime) -> None:
    one = Supply.objects.create(supplier=cast.camden, buyer=cast.borough, since_date=now.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        Supply.objects.create(supplier=cast.borough, buyer=cast.camden, since_date=now.date())
    one.end(on_date=now.date())
    assert Supply.objects.create(supplier=cast.borough, buyer=cast.camden, since_date=now.date()).pk
