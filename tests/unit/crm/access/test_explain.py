"""Why, why not, who can see it: in agreement with `scope`, and with the nearest missing link first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.channel import MODELS, Channel

from tradewind.crm.access import scope
from tradewind.crm.access.explain import explain
from tradewind.crm.access.models import AccessRight
from tradewind.crm.access.scope import SightNotListedError
from tradewind.crm.access.who import who_can
from tradewind.crm.catalog.models import Product
from tradewind.crm.identity.models import Role, User
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases

ACTIONS = ("read", "write", "delete")


@pytest.mark.parametrize("action", ACTIONS)
def test_an_explanation_agrees_with_what_is_found(channel: Channel, action: str) -> None:
    for user in channel.cast.everybody().values():
        for model in MODELS:
            found = set(scope(user, model, action).values_list("pk", flat=True))
            explained = {row.pk for row in channel.objects[model].values() if explain(user, row, action).allowed}
            assert explained == found, (user, model, action)


@pytest.mark.parametrize("action", ACTIONS)
def test_who_can_is_everybody_for_whom_it_is_found(channel: Channel, action: str) -> None:
    people = channel.cast.everybody().values()
    for model in MODELS:
        found = {user: set(scope(user, model, action).values_list("pk", flat=True)) for user in people}
        for row in channel.objects[model].values():
            assert set(who_can(row, action)) == {user for user in people if row.pk in found[user]}, (row, action)


def test_why_names_the_right_the_rule_and_both_paths(channel: Channel) -> None:
    explained = explain(channel.cast.petra, channel.objects[Lead]["own"])
    (reason,) = explained.reasons
    assert str(reason.right.rule) == "Leads of the user's company"
    assert reason.right.holder == "Partner manager"
    assert [(str(step.label), step.to) for step in reason.met.from_user] == [("works for", "Camden Computers")]
    assert [(str(step.label), step.to) for step in reason.met.from_object] == [("its partner", "Camden Computers")]
    assert explained.nearest is None


def test_why_not_names_the_missing_link(channel: Channel) -> None:
    explained = explain(channel.cast.petra, channel.objects[Lead]["the rival's"])
    assert not explained.allowed
    assert explained.nearest is not None
    assert explained.nearest.missing == ("No path goes from Camden Computers to Borough Laptops (its partner).",)


def test_why_not_counts_what_is_missing_and_puts_the_nearest_first(channel: Channel) -> None:
    explained = explain(channel.cast.paul, channel.objects[Lead]["own"], "write")
    counts = [len(obstacle.missing) for obstacle in explained.obstacles]
    assert counts == sorted(counts)
    first, second = explained.obstacles[:2]
    assert (first.is_held, first.missing) == (True, ("own has none of: the employee it is assigned to.",))
    assert (second.is_held, second.missing) == (False, ("Paul Marin is not one of: Channel manager.",))


def end_it(channel: Channel) -> None:
    right = AccessRight.objects.get(rule__code="lead-of-company", role=Role.PARTNER_MANAGER, action="read")
    right.end(actor=channel.cast.adam, now=timezone.now() - timedelta(days=1), why="tested")


def leave_it(channel: Channel) -> None:
    camden = channel.cast.petra.memberships.get()
    camden.take_role(actor=channel.cast.adam, now=timezone.now())
    camden.end(on_date=timezone.now().date())


def recall_it(channel: Channel) -> None:
    Lead.objects.filter(pk=channel.objects[Lead]["own"].pk).update(partner=None)


def switch_off(channel: Channel) -> None:
    User.objects.filter(pk=channel.cast.petra.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (end_it, ("The right",)),
        (leave_it, ("Petra Ionescu is not one of", "The path ends at Petra Ionescu: no record says “works for”.")),
        (recall_it, ("own has none of: its partner.",)),
        (switch_off, ("Petra Ionescu is switched off.",)),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_why_not_says_what_changed(channel: Channel, change: object, said: tuple[str, ...]) -> None:
    assert callable(change)
    AccessRight.objects.exclude(rule__code="lead-of-company", role=Role.PARTNER_MANAGER).delete()
    change(channel)
    petra, lead = User.objects.get(pk=channel.cast.petra.pk), Lead.objects.get(pk=channel.objects[Lead]["own"].pk)
    nearest = explain(petra, lead).nearest
    assert nearest is not None
    assert [missing.startswith(begins) for missing, begins in zip(nearest.missing, said, strict=True)] == [True] * len(
        said
    )


def test_what_code_allows_is_said_to_be_so(channel: Channel) -> None:
    explained = explain(channel.cast.petra, channel.cast.laptop)
    assert (explained.allowed, explained.in_code, explained.reasons) == (True, True, ())


def test_who_can_refuses_what_code_decides_user_by_user(channel: Channel) -> None:
    with pytest.raises(SightNotListedError):
        who_can(channel.cast.petra)
    assert set(who_can(channel.cast.laptop)) == set(channel.cast.everybody().values())
    assert isinstance(channel.cast.laptop, Product)


def test_why_not_is_said_in_romanian(channel: Channel) -> None:
    with translation.override("ro"):
        nearest = explain(channel.cast.petra, channel.objects[Lead]["the rival's"]).nearest
        assert nearest is not None
        assert nearest.missing == ("Niciun drum nu duce de la Camden Computers la Borough Laptops (partenerul său).",)
        assert str(nearest.right.rule) == "Clienții potențiali ai companiei utilizatorului"


def test_an_explanation_costs_few_queries(channel: Channel) -> None:
    with CaptureQueriesContext(connection) as queries:
        explain(channel.cast.petra, channel.objects[Lead]["own"])
    assert len(queries) <= 15
