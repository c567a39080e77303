"""Rights in rows: who holds them, from when to when, by which rule."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import Cast
from tests.channel import Channel

from tradewind.crm.access import ActionGroup, ModelUnscopedError, scope
from tradewind.crm.access.defaults import write_default_rights
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.access.operations import create_rule, grant
from tradewind.crm.access.predicates import EVERYTHING, NOTHING, both, either, is_everything, is_nothing
from tradewind.crm.catalog.models import Product
from tradewind.crm.identity.models import Role
from tradewind.crm.parties.hierarchy import place
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases

YESTERDAY, TOMORROW = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)


def rule(code: str, of_user: str, of_object: str, only: str = "", *, actor: Cast) -> AccessRule:
    new = AccessRule(
        code=code,
        name=code,
        object_type="sales.lead",
        actors_of_user=of_user,
        actors_of_object=of_object,
        object_filter=only,
    )
    return create_rule(new, actor=actor.adam, now=YESTERDAY, why="tested")


def give(rule: AccessRule, holder: Role | AccessGroup, cast: Cast, **when: datetime) -> AccessRight:
    return grant(
        rule=rule, action=ActionGroup.READ, holder=holder, actor=cast.adam, now=YESTERDAY, why="tested", **when
    )


@pytest.fixture
def below(channel: Channel) -> AccessRule:
    """A rule by which people see the leads of companies below their own."""
    return rule("lead-below", "companies_at_and_below", "partner", actor=channel.cast)


def test_a_right_of_a_role_counts_for_its_holders(channel: Channel, below: AccessRule) -> None:
    cast = channel.cast
    place(cast.borough, under=cast.camden, actor=cast.adam, now=YESTERDAY)
    assert "the rival's" not in channel.names(Lead, scope(cast.petra, Lead))
    give(below, Role.PARTNER_MANAGER, cast)
    assert "the rival's" in channel.names(Lead, scope(cast.petra, Lead))
    assert "own" not in channel.names(Lead, scope(cast.rex, Lead))
    assert "the rival's" not in channel.names(Lead, scope(cast.paul, Lead))


def test_a_right_of_a_group_counts_for_its_members_of_today(channel: Channel, below: AccessRule) -> None:
    cast = channel.cast
    place(cast.borough, under=cast.camden, actor=cast.adam, now=YESTERDAY)
    buyers = AccessGroup.objects.create(code="buyers", name="Buyers", name_ro="Cumpărători")
    give(below, buyers, cast)
    assert "the rival's" not in channel.names(Lead, scope(cast.paul, Lead))
    buyers.add(cast.paul, actor=cast.adam, now=YESTERDAY)
    assert "the rival's" in channel.names(Lead, scope(cast.paul, Lead))
    buyers.remove(cast.paul, actor=cast.adam, now=timezone.now())
    assert "the rival's" not in channel.names(Lead, scope(cast.paul, Lead))


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        ({"starts_at": YESTERDAY, "ends_at": TOMORROW}, True),
        ({"starts_at": TOMORROW}, False),
        ({"starts_at": YESTERDAY - timedelta(days=1), "ends_at": YESTERDAY}, False),
    ],
)
def test_a_right_counts_from_its_beginning_to_its_end(
    channel: Channel, below: AccessRule, when: dict[str, datetime], counts: bool
) -> None:
    cast = channel.cast
    place(cast.borough, under=cast.camden, actor=cast.adam, now=YESTERDAY)
    give(below, Role.PARTNER_MANAGER, cast, **when)
    assert ("the rival's" in channel.names(Lead, scope(cast.petra, Lead))) is counts


def test_a_right_that_ends_before_it_begins_never_counts(channel: Channel, below: AccessRule) -> None:
    right = give(below, Role.PARTNER_MANAGER, channel.cast, starts_at=TOMORROW)
    right.end(actor=channel.cast.adam, now=timezone.now(), why="a mistake")
    assert not AccessRight.objects.in_force(TOMORROW).filter(pk=right.pk).exists()
    assert (right.ended_by, right.why_ended) == (channel.cast.adam, "a mistake")


def test_an_ended_right_keeps_who_ended_it(channel: Channel, below: AccessRule) -> None:
    cast = channel.cast
    right = give(below, Role.PARTNER_MANAGER, cast)
    right.end(actor=cast.adam, now=timezone.now(), why="first")
    right.end(actor=cast.claire, now=TOMORROW, why="second")
    right.refresh_from_db()
    assert (right.ended_by, right.why_ended) == (cast.adam, "first")


def test_a_filter_narrows_a_rule(channel: Channel) -> None:
    free = rule("lead-free", "everybody", "everybody", "without_partner", actor=channel.cast)
    give(free, Role.PARTNER_MANAGER, channel.cast)
    assert "nobody's" in channel.names(Lead, scope(channel.cast.petra, Lead))
    assert "nobody's" not in channel.names(Lead, scope(channel.cast.paul, Lead))


def test_a_rule_that_code_no_longer_knows_grants_nothing(channel: Channel, caplog: pytest.LogCaptureFixture) -> None:
    AccessRule.objects.filter(code="lead-of-company").update(actors_of_user="forgotten")
    with caplog.at_level(logging.ERROR):
        assert not scope(channel.cast.petra, Lead).exists()
    assert "forgotten" in caplog.text


@pytest.mark.parametrize(
    ("of_user", "of_object", "only", "said"),
    [
        ("nobody", "partner", "", "declared"),
        ("company", "somebody", "", "declared"),
        ("company", "partner", "tall", "declared"),
        ("company", "employee", "", "never meet"),
        ("company", "partner", "", "says the same"),
    ],
)
def test_a_rule_that_means_nothing_new_is_refused(
    cast: Cast, of_user: str, of_object: str, only: str, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        rule("new", of_user, of_object, only, actor=cast)


@pytest.mark.parametrize(
    "fields",
    [
        {"role": ""},
        {"role": "emperor"},
        {"action": "fly"},
        {"why": ""},
        {"ends_at": YESTERDAY - timedelta(days=9)},
    ],
    ids=["no role", "no such role", "no such action", "no reason", "an end before its beginning"],
)
def test_the_database_refuses_a_right_that_cannot_be(cast: Cast, fields: dict[str, object]) -> None:
    given = {
        "rule": AccessRule.objects.get(code="lead-all"),
        "role": Role.FINANCE,
        "action": "read",
        "starts_at": YESTERDAY,
        "granted_at": YESTERDAY,
        "why": "tested",
    }
    AccessRight.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRight.objects.create(**given | {"action": "write"} | fields)


def test_the_database_refuses_the_same_right_twice(channel: Channel, below: AccessRule) -> None:
    right = give(below, Role.FINANCE, channel.cast)
    right.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        right.save(force_insert=True)


def test_a_changed_rule_keeps_what_it_said_with_who_and_why(channel: Channel, below: AccessRule) -> None:
    cast = channel.cast
    below.change(actor=cast.claire, now=timezone.now(), why="only strictly below", actors_of_user="companies_below")
    latest, first = below.history.all()
    assert (latest.actors_of_user, latest.history_user, latest.history_change_reason) == (
        "companies_below",
        cast.claire,
        "only strictly below",
    )
    assert (first.actors_of_user, first.history_user) == ("companies_at_and_below", cast.adam)
    assert below.history.as_of(timezone.now() - timedelta(hours=1)).actors_of_user == "companies_at_and_below"


def test_default_rights_are_written_once_and_stay_ended(channel: Channel) -> None:
    assert write_default_rights(now=timezone.now()) == 0
    right = AccessRight.objects.get(rule__code="lead-of-company", role=Role.PARTNER_EMPLOYEE, action="read")
    right.end(actor=channel.cast.adam, now=timezone.now(), why="not here")
    assert write_default_rights(now=timezone.now()) == 0
    assert not scope(channel.cast.paul, Lead).exists()
    AccessRight.objects.all().delete()
    assert write_default_rights(now=timezone.now()) > 20
    assert scope(channel.cast.paul, Lead).exists()


def test_rights_cost_two_queries_more_than_the_rows(channel: Channel) -> None:
    channel.cast.petra.roles()
    with CaptureQueriesContext(connection) as queries:
        leads = scope(channel.cast.petra, Lead.objects.latest_first())
        assert leads.count() == len(list(leads)) == 3
    assert len(queries) == 4  # her rights, her actors, the count, the list


def test_an_action_without_rules_is_refused_rather_than_everything(cast: Cast) -> None:
    with pytest.raises(ModelUnscopedError, match="no rule can grant write"):
        scope(cast.adam, Product, "write")


def test_everything_is_not_lost_when_conditions_are_joined() -> None:
    some = Q(pk=1)
    assert is_everything(either(some, EVERYTHING))
    assert either(NOTHING, some) == some
    assert all(map(is_nothing, (either(NOTHING, NOTHING), either(), both(NOTHING, some), both(EVERYTHING, NOTHING))))
    assert both(EVERYTHING, some) == some
