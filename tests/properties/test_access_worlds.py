"""Whatever the world: the database finds what intersecting sets of actors finds, for everybody and every action."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import Phase, find, given, settings
from tests.access_faults import FAULTS, Fault
from tests.channel_records import Records, write
from tests.channel_worlds import ACTIONS, World, worlds

from tradewind.crm.access import scope
from tradewind.crm.access.prepared import forget
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Ancestry
from tradewind.crm.sales.models import Lead

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EXAMPLES = 150


@pytest.fixture(autouse=True)
def no_words_of_another_test() -> Iterator[None]:
    """Words of queries are kept for the life of a process; those of a fault may not be."""
    forget()
    yield
    forget()


SEARCH = settings(max_examples=EXAMPLES, phases=[Phase.generate], derandomize=True, database=None)


@given(worlds())
@settings(max_examples=EXAMPLES)
def test_the_database_finds_what_intersecting_actors_finds(world: World) -> None:
    assert differences(world) == []


@given(worlds())
@settings(max_examples=30)
def test_the_hierarchy_is_what_following_parents_says(world: World) -> None:
    with transaction.atomic():
        organisations = write(world).organisations
        number = {row.pk: place for place, row in enumerate(organisations)}
        written = {(number[a], number[d], depth) for a, d, depth in ancestry()}
        assert written == {
            (above, below, depth)
            for below in range(world.organisations)
            for depth, above in enumerate(world.at_and_above(below))
        }
        transaction.set_rollback(True)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(fault: Fault) -> None:
    """Each of the ways in which who-sees-what has been got wrong before, one at a time, within as many examples."""
    with fault():
        world = find(worlds(), lambda world: bool(differences(world)), settings=SEARCH)
    forget()
    assert differences(world) == [], "without the fault they agree"


def differences(world: World) -> list[str]:
    """Where the database and the reader disagree: who, what, and which objects."""
    told = []
    with transaction.atomic(), mock.patch("tradewind.crm.access.selected.MOST_READ", world.most_read):
        records = write(world)
        for place, person in enumerate(User.objects.filter(pk__in=[u.pk for u in records.people]).order_by("id")):
            for action in ACTIONS:
                wrong = found(person, action) ^ expected(world, records, place, action)
                told += [f"person {place} {action} {sorted(wrong)}"] if wrong else []
        transaction.set_rollback(True)
    return told


def ancestry() -> list[tuple[int, int, int]]:
    return list(Ancestry.objects.values_list("ancestor", "descendant", "depth"))


def found(person: User, action: str) -> set[tuple[str, int]]:
    """What the person may do this with, as lists, counts and single objects agree on it."""
    seen: set[tuple[str, int]] = set()
    for model in (Lead, Ticket):
        rows = scope(person, model, action)
        ids = list(rows.values_list("pk", flat=True))
        assert len(ids) == len(set(ids)) == rows.count()
        assert [rows.get(pk=pk).pk for pk in ids[:1]] == ids[:1]
        seen |= {(model._meta.label_lower, pk) for pk in ids}
    return seen


def expected(world: World, records: Records, person: int, action: str) -> set[tuple[str, int]]:
    return {
        (thing.kind, record.pk)
        for thing, record in zip(world.things, records.things, strict=True)
        if world.allows(person, action, thing)
    }
