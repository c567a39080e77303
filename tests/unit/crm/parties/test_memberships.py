"""Who works for two companies acts for one of them at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from tests.cast import NOW, SINCE, Cast
from tests.channel import build_channel

from tradewind.crm.access import scope
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership, Organisation
from tradewind.crm.sales.models import Lead

TODAY = NOW.date()


@pytest.fixture
def second(cast: Cast) -> Membership:
    """Petra of Camden works for the rival as well."""
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=TODAY)
    other.give(Role.PARTNER_MANAGER, actor=cast.adam, now=NOW)
    return other


def acts_for(user: User) -> list[str]:
    return [row.organisation.name for row in Membership.objects.acting().filter(user=user)]


def seen(user: User, model: type[Model]) -> set[Any]:
    return set(scope(user, model))


def test_the_first_company_is_the_one_to_begin_with(cast: Cast, second: Membership) -> None:
    assert acts_for(cast.petra) == ["Camden Computers"]
    assert not second.is_acting


def test_nothing_of_the_other_company_is_seen_before_switching(cast: Cast, second: Membership) -> None:
    channel = build_channel(cast)
    assert channel.names(Lead, scope(cast.petra, Lead)) == {"own", "paul's", "made by camden"}
    assert seen(cast.petra, Organisation) == {cast.camden}
    assert seen(cast.petra, User) == {cast.petra, cast.paul}


def test_after_switching_everything_of_the_first_is_gone(cast: Cast, second: Membership) -> None:
    channel = build_channel(cast)
    second.act()
    assert acts_for(cast.petra) == ["Borough Laptops"]
    assert channel.names(Lead, scope(cast.petra, Lead)) == {"the rival's", "made by camden, now the rival's"}
    assert seen(cast.petra, Organisation) == {cast.borough}
    assert seen(cast.petra, User) == {cast.petra, cast.rex}


def test_both_of_ones_own_memberships_stay_in_sight_to_switch_between(cast: Cast, second: Membership) -> None:
    mine = scope(cast.petra, Membership).filter(user=cast.petra)
    assert {row.organisation.name for row in mine} == {"Camden Computers", "Borough Laptops"}
    assert not scope(cast.petra, Membership).filter(user=cast.rex).exists()


def test_who_leaves_the_company_acts_for_the_other(cast: Cast, second: Membership) -> None:
    cast.petra.memberships.get(organisation=cast.camden).end(on_date=TODAY)
    assert acts_for(cast.petra) == ["Borough Laptops"]


def test_leaving_the_other_company_changes_nothing(cast: Cast, second: Membership) -> None:
    second.end(on_date=TODAY)
    assert acts_for(cast.petra) == ["Camden Computers"]


def test_who_leaves_the_only_company_acts_for_none(cast: Cast) -> None:
    cast.rex.memberships.get().end(on_date=TODAY)
    assert acts_for(cast.rex) == []
    assert seen(cast.rex, Organisation) == set()


def test_a_membership_that_ended_is_not_acted_under(cast: Cast, second: Membership) -> None:
    second.end(on_date=TODAY)
    with pytest.raises(ValueError, match="has ended"):
        second.act()
    past = Membership.objects.create(
        user=cast.paul, organisation=cast.borough, since_date=SINCE, until_date=date(2025, 2, 1)
    )
    assert not past.is_acting


def test_an_end_written_in_the_back_office_ends_acting_too(cast: Cast) -> None:
    row = cast.paul.memberships.get()
    row.until_date = TODAY
    row.save()
    assert acts_for(cast.paul) == []


@pytest.mark.both_databases
def test_the_database_refuses_a_second_acting_membership(cast: Cast, second: Membership) -> None:
    with pytest.raises(IntegrityError, match=r"parties_membership.user_id|one_company_at_a_time"), transaction.atomic():
        Membership.objects.filter(pk=second.pk).update(is_acting=True)
    with pytest.raises(IntegrityError, match="nobody_acts_for_a_company_they_left"), transaction.atomic():
        Membership.objects.filter(user=cast.petra, is_acting=True).update(until_date=TODAY)
