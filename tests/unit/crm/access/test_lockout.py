"""No change may leave a kind of object that no administrator can look at whole; what is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from tests.cast import NOW, PASSWORD
from tests.channel import Channel

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.access.lockout import LockedOutError, seen_whole
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.access.operations import change_rule, end_right, grant, remove_member, switch_off, withdraw
from tradewind.crm.identity.models import Role, User
from tradewind.crm.orders.models import Order
from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases


@pytest.fixture
def right(channel: Channel) -> AccessRight:
    """What lets the administrator read leads."""
    return AccessRight.objects.get(rule__code="lead-all", role=Role.ADMINISTRATOR)


def test_the_last_right_to_read_everything_cannot_be_ended(channel: Channel, right: AccessRight) -> None:
    with pytest.raises(LockedOutError) as refused:
        end_right(right, actor=channel.cast.adam, now=timezone.now(), why="tidied up")
    assert str(refused.value).startswith("This would lock every administrator out of: Leads. Nothing was changed.")
    assert AccessRight.objects.get(pk=right.pk).ends_at is None
    assert scope(channel.cast.adam, Lead).count() == 6


def test_the_refusal_is_said_in_romanian(channel: Channel, right: AccessRight) -> None:
    with translation.override("ro"):
        with pytest.raises(LockedOutError) as refused:
            end_right(right, actor=channel.cast.adam, now=timezone.now(), why="tidied up")
        assert str(refused.value).startswith("Astfel niciun administrator nu ar mai vedea: Clienți potențiali.")


@pytest.mark.parametrize(
    "said",
    [
        {"object_filter": "open"},
        {"actors_of_user": "company", "actors_of_object": "partner", "object_filter": "open"},
    ],
    ids=["only some", "only their own"],
)
def test_the_rule_behind_it_cannot_be_narrowed(channel: Channel, right: AccessRight, said: dict[str, str]) -> None:
    with pytest.raises(LockedOutError):
        change_rule(right.rule, actor=channel.cast.adam, now=timezone.now(), why="narrower", **said)
    kept = AccessRule.objects.get(pk=right.rule_id)
    assert (kept.object_filter, kept.actors_of_user, kept.history.count()) == ("", "everybody", 1)


def test_what_administrators_do_not_need_may_end_and_change(channel: Channel) -> None:
    adam, now = channel.cast.adam, timezone.now()
    end_right(
        AccessRight.objects.get(rule__code="lead-all", role=Role.CHANNEL_MANAGER, action="read"),
        actor=adam, now=now, why="no longer",
    )  # fmt: skip
    rule = AccessRule.objects.get(code="lead-of-company")
    change_rule(rule, actor=adam, now=now, why="wider", actors_of_user="companies_at_and_below")
    assert AccessRule.objects.get(pk=rule.pk).actors_of_user == "companies_at_and_below"


def test_a_right_given_to_them_first_sets_the_old_one_free(channel: Channel, right: AccessRight) -> None:
    cast, now = channel.cast, timezone.now()
    everything = AccessRule.objects.create(
        code="any", name="Any", object_type="sales.lead", actors_of_user="everybody", actors_of_object="everybody",
        object_filter="open",
    )  # fmt: skip
    given: dict[str, Any] = {"actor": cast.adam, "now": now, "why": "instead"}
    grant(rule=everything, action=ActionGroup.READ, holder=Role.ADMINISTRATOR, **given)
    with pytest.raises(LockedOutError):  # some of them are not all of them
        end_right(right, **given)
    AccessRule.objects.filter(pk=right.rule_id).update(object_filter="without_partner")
    AccessRule.objects.filter(pk=everything.pk).update(object_filter="")
    end_right(AccessRight.objects.get(pk=right.pk), **given)
    assert scope(cast.adam, Lead).count() == 6


def test_a_right_with_an_end_would_lock_them_out_later(channel: Channel, right: AccessRight) -> None:
    """The right of a group in which the administrator is for a day does not stand in for one without an end."""
    cast, now = channel.cast, timezone.now()
    group = AccessGroup.objects.create(code="night", name="Night")
    group.add(cast.adam, actor=cast.adam, now=NOW)
    given: dict[str, Any] = {
        "rule": right.rule,
        "action": ActionGroup.READ,
        "holder": group,
        "actor": cast.adam,
        "why": "tonight",
    }
    grant(now=now, ends_at=now + timedelta(hours=8), **given)
    with pytest.raises(LockedOutError):
        end_right(right, actor=cast.adam, now=now, why="the group has it")
    grant(now=now, **given)
    end_right(right, actor=cast.adam, now=now, why="the group has it")
    assert scope(cast.adam, Lead).count() == 6


def test_the_last_administrator_of_a_group_cannot_leave_it(channel: Channel, right: AccessRight) -> None:
    cast, now = channel.cast, timezone.now()
    group = AccessGroup.objects.create(code="night", name="Night")
    adams, hannahs = (group.add(user, actor=cast.adam, now=NOW) for user in (cast.adam, cast.hannah))
    grant(rule=right.rule, action=ActionGroup.READ, holder=group, actor=cast.adam, now=now, why="by the group")
    end_right(right, actor=cast.adam, now=now, why="the group has it")
    remove_member(hannahs, actor=cast.adam, now=now)
    with pytest.raises(LockedOutError):
        remove_member(adams, actor=cast.adam, now=now)
    assert [member.user for member in group.members.current()] == [cast.adam]


def test_another_administrator_keeps_the_sight(channel: Channel, right: AccessRight) -> None:
    """Somebody who is switched off keeps nothing."""
    cast, now = channel.cast, timezone.now()
    second = User.objects.create(email="second@larkfield.example", name="Second", password=PASSWORD, is_active=False)
    second.grant(Role.ADMINISTRATOR, actor=cast.adam, now=NOW)
    group = AccessGroup.objects.create(code="night", name="Night")
    group.add(second, actor=cast.adam, now=NOW)
    grant(rule=right.rule, action=ActionGroup.READ, holder=group, actor=cast.adam, now=now, why="by the group")
    with pytest.raises(LockedOutError):
        end_right(right, actor=cast.adam, now=now, why="the second one has it")
    User.objects.filter(pk=second.pk).update(is_active=True)
    end_right(right, actor=cast.adam, now=now, why="the second one has it")


def test_what_nobody_saw_whole_before_may_stay_so(channel: Channel, right: AccessRight) -> None:
    AccessRight.objects.filter(rule=right.rule, role=Role.ADMINISTRATOR).update(
        ends_at=timezone.now(), ended_at=timezone.now(), why_ended="by hand"
    )
    assert seen_whole([Lead, Order], now=timezone.now()) == {Order}
    other = AccessRight.objects.get(rule__code="lead-all", role=Role.CHANNEL_MANAGER, action="read")
    end_right(other, actor=channel.cast.adam, now=timezone.now(), why="no longer")
    assert AccessRight.objects.get(pk=other.pk).ends_at is not None


def test_the_administrator_who_alone_sees_all_cannot_be_taken_away(channel: Channel, right: AccessRight) -> None:
    cast, now = channel.cast, timezone.now()
    second = User.objects.create(email="second@larkfield.example", name="Second", password=PASSWORD)
    second.grant(Role.ADMINISTRATOR, actor=cast.adam, now=NOW)
    group = AccessGroup.objects.create(code="night", name="Night")
    group.add(cast.adam, actor=cast.adam, now=NOW)
    grant(rule=right.rule, action=ActionGroup.READ, holder=group, actor=cast.adam, now=now, why="by the group")
    end_right(right, actor=cast.adam, now=now, why="the group has it")
    with pytest.raises(LockedOutError):
        switch_off(cast.adam, now=now)
    with pytest.raises(LockedOutError):
        withdraw(cast.adam, Role.ADMINISTRATOR, actor=second, now=now)
    assert User.objects.get(pk=cast.adam.pk).has_role(Role.ADMINISTRATOR)
    switch_off(second, now=now)
    assert not User.objects.get(pk=second.pk).is_active
