"""Looking back at rights: what was in force on a date, and who changed what and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import Cast

from tradewind.crm.access import ActionGroup
from tradewind.crm.access.models import AccessGroup, AccessRule
from tradewind.crm.access.operations import create_rule, grant
from tradewind.crm.access.review import changes, rights_at
from tradewind.crm.identity.models import Role

pytestmark = pytest.mark.both_databases

MONDAY = datetime(2020, 6, 1, 9, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
LATER = timedelta(minutes=1)


@pytest.fixture
def rule(cast: Cast) -> AccessRule:
    """Written on Monday, granted on Tuesday, changed on Wednesday, its right ended on Thursday."""
    rule = AccessRule(
        code="below", name="Below", name_ro="Dedesubt", object_type="sales.lead",
        actors_of_user="companies_below", actors_of_object="partner",
    )  # fmt: skip
    create_rule(rule, actor=cast.adam, now=MONDAY, why="asked for")
    right = grant(
        rule=rule, action=ActionGroup.READ, holder=Role.FINANCE, actor=cast.adam, now=TUESDAY, why="for the audit"
    )
    rule.change(actor=cast.claire, now=WEDNESDAY, why="wider", actors_of_user="companies_at_and_below")
    right.end(actor=cast.claire, now=THURSDAY, why="audit is over")
    return rule


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (MONDAY + LATER, []),
        (TUESDAY + LATER, ["companies_below"]),
        (WEDNESDAY + LATER, ["companies_at_and_below"]),
        (THURSDAY + LATER, []),
    ],
)
def test_a_date_is_seen_with_its_rights_and_rules_as_they_read_then(
    rule: AccessRule, moment: datetime, said: list[str]
) -> None:
    assert [then.actors_of_user for then in rights_at(moment)] == said


def test_every_change_says_who_when_and_why(rule: AccessRule, cast: Cast) -> None:
    found = [(entry.at, entry.actor, entry.what, entry.why) for entry in changes(MONDAY, THURSDAY + LATER)]
    assert found == [
        (THURSDAY, cast.claire, "ended", "audit is over"),
        (WEDNESDAY, cast.claire, "changed", "wider"),
        (TUESDAY, cast.adam, "granted", "for the audit"),
        (MONDAY, cast.adam, "written", "asked for"),
    ]
    assert changes(MONDAY - timedelta(days=2), MONDAY) == []


def test_a_right_given_with_an_earlier_beginning_was_not_there_before(rule: AccessRule, cast: Cast) -> None:
    grant(
        rule=rule, action=ActionGroup.EXPORT, holder=Role.FINANCE, actor=cast.adam, now=THURSDAY, why="late",
        starts_at=MONDAY,
    )  # fmt: skip
    assert [then.right.action for then in rights_at(TUESDAY + LATER)] == ["read"]


def test_a_right_ended_before_it_began_is_told_when_it_was_ended(rule: AccessRule, cast: Cast) -> None:
    right = grant(
        rule=rule, action=ActionGroup.WRITE, holder=Role.FINANCE, actor=cast.adam, now=TUESDAY, why="soon",
        starts_at=THURSDAY + timedelta(days=300),
    )  # fmt: skip
    right.end(actor=cast.adam, now=WEDNESDAY, why="after all not")
    assert (WEDNESDAY, "after all not") in {(entry.at, entry.why) for entry in changes(MONDAY, THURSDAY)}


def test_coming_to_groups_and_roles_and_leaving_them_is_told(cast: Cast) -> None:
    group = AccessGroup.objects.create(code="night", name="Night")
    group.add(cast.petra, actor=cast.adam, now=MONDAY)
    group.remove(cast.petra, actor=cast.claire, now=TUESDAY)
    cast.paul.grant(Role.FINANCE, actor=cast.adam, now=WEDNESDAY)
    cast.paul.withdraw(Role.FINANCE, actor=cast.claire, now=THURSDAY)
    assert [(entry.at, entry.actor, entry.what, entry.about) for entry in changes(MONDAY, THURSDAY + LATER)] == [
        (THURSDAY, cast.claire, "taken out", "Paul Marin: Finance"),
        (WEDNESDAY, cast.adam, "added", "Paul Marin: Finance"),
        (TUESDAY, cast.claire, "taken out", "Petra Ionescu: Night"),
        (MONDAY, cast.adam, "added", "Petra Ionescu: Night"),
    ]
