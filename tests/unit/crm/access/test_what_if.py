"""What would change if a rule or a right were saved: counted, named, and nothing of it written."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.cast import NOW
from tests.channel import Channel

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.crm.access.what_if import Change, Effect, what_if
from tradewind.crm.identity.models import Role
from tradewind.crm.parties.hierarchy import place
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases


def told(effects: list[Effect]) -> dict[str, dict[str, tuple[int, int]]]:
    return {effect.action: {one.user.name: (one.gains, one.loses) for one in effect.differences} for effect in effects}


def right_of(code: str, role: Role, action: str) -> AccessRight:
    return AccessRight.objects.get(rule__code=code, role=role, action=action)


def test_ending_a_right_takes_what_only_it_gave(channel: Channel) -> None:
    """Without sight of an object nothing else may be done with it, so every action is told."""
    effects = what_if(Change(end=right_of("lead-of-company", Role.PARTNER_MANAGER, "read")))
    assert told(effects) == {
        "read": {"Petra Ionescu": (0, 3), "Rex Harlow": (0, 2)},
        "write": {"Petra Ionescu": (0, 3), "Rex Harlow": (0, 2)},
        "delete": {"Petra Ionescu": (0, 1), "Rex Harlow": (0, 1)},
        "export": {"Petra Ionescu": (0, 3), "Rex Harlow": (0, 2)},
    }
    read = effects[0]
    assert (read.users, read.tried) == (2, 2)
    assert read.differences[0].lost == ("own", "paul's", "made by camden")
    assert scope(channel.cast.petra, Lead).count() == 3


def test_a_new_right_by_a_new_rule_gives_what_was_not_seen(channel: Channel) -> None:
    rule = AccessRule(
        code="free", name="Free", object_type="sales.lead", actors_of_user="everybody",
        actors_of_object="everybody", object_filter="without_partner",
    )  # fmt: skip
    right = AccessRight(rule=rule, role=Role.PARTNER_EMPLOYEE, action=ActionGroup.READ)
    (effect,) = what_if(Change(grants=(right,)))
    assert told([effect]) == {"read": {"Paul Marin": (1, 0)}}
    assert effect.differences[0].gained == ("nobody's",)
    assert not AccessRule.objects.filter(code="free").exists()


def test_a_changed_rule_is_tried_for_every_right_that_names_it(channel: Channel) -> None:
    cast = channel.cast
    place(cast.borough, under=cast.camden, actor=cast.adam, now=NOW)
    rule = AccessRule.objects.get(code="lead-of-company")
    rule.actors_of_user = "companies_at_and_below"
    assert told(what_if(Change(rule=rule))) == {
        "read": {"Petra Ionescu": (2, 0), "Paul Marin": (2, 0)},
        "write": {"Petra Ionescu": (2, 0)},
        "delete": {"Petra Ionescu": (1, 0)},  # what her company had created and could no longer see
        "export": {"Petra Ionescu": (2, 0)},
    }
    rule.refresh_from_db()
    assert rule.actors_of_user == "company"


def test_a_narrowed_rule_loses_also_what_has_empty_columns(channel: Channel) -> None:
    rule = AccessRule.objects.get(code="lead-all")
    rule.actors_of_user, rule.actors_of_object = "oneself", "employee"
    (read, *_others) = what_if(Change(rule=rule))
    assert told([read]) == {"read": {"Adam Novak": (0, 6), "Claire Okafor": (0, 6)}}


def test_a_rule_that_means_nothing_is_not_tried(channel: Channel) -> None:
    rule = AccessRule.objects.get(code="lead-of-company")
    rule.actors_of_object = "employee"
    with pytest.raises(ValidationError):
        what_if(Change(rule=rule))


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="names a rule or a right"):
        what_if(Change())


GONE = [("sales.lead", "gone_with_a_release"), ("gone.object", "")]


@pytest.mark.parametrize(("object_type", "object_filter"), GONE, ids=["filter", "kind of object"])
def test_ending_a_right_by_a_rule_that_code_no_longer_knows_changes_nothing(
    channel: Channel, object_type: str, object_filter: str
) -> None:
    unknown = AccessRule.objects.create(
        code="gone", name="Gone", object_type=object_type, actors_of_user="everybody", actors_of_object="everybody",
        object_filter=object_filter,
    )  # fmt: skip
    right = AccessRight.objects.create(
        rule=unknown, role=Role.PARTNER_MANAGER, action=ActionGroup.READ, starts_at=NOW, granted_at=NOW, why="once"
    )
    assert not any(told(what_if(Change(end=right))).values())


def test_a_rule_that_code_no_longer_knows_grants_nothing(channel: Channel) -> None:
    """The right by it stays until somebody ends it; the effect of other changes can be asked all the same."""
    unknown = AccessRule.objects.create(
        code="gone", name="Gone", object_type="sales.lead", actors_of_user="everybody", actors_of_object="everybody",
        object_filter="gone_with_a_release",
    )  # fmt: skip
    AccessRight.objects.create(
        rule=unknown, role=Role.PARTNER_MANAGER, action=ActionGroup.READ, starts_at=NOW, granted_at=NOW, why="once"
    )
    effects = what_if(Change(end=right_of("lead-of-company", Role.PARTNER_MANAGER, "read")))
    assert told(effects)["read"] == {"Petra Ionescu": (0, 3), "Rex Harlow": (0, 2)}
