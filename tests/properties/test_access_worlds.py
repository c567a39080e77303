"""Whatever the world: the database finds what intersecting sets of actors finds, for everybody and every action."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import transaction
from hypothesis import given, settings
from tests.channel_records import Records, write
from tests.channel_worlds import ACTIONS, World, worlds

from tradewind.crm.access import scope
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Ancestry
from tradewind.crm.sales.models import Lead

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@given(worlds())
@settings(max_examples=60)
def test_the_database_finds_what_intersecting_actors_finds(world: World) -> None:
    with transaction.atomic(), mock.patch("tradewind.crm.access.selected.MOST_READ", world.most_read):
        records = write(world)
        for place, person in enumerate(User.objects.filter(pk__in=[u.pk for u in records.people]).order_by("id")):
            for action in ACTIONS:
                assert found(person, action) == expected(world, records, place, action)
        transaction.set_rollback(True)


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
