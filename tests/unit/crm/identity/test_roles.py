from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from tradewind.crm.identity.models import LastAdministratorError, Role, RoleAssignment, User


def test_a_granted_role_is_held_and_says_who_gave_it(cast: Cast, now: datetime) -> None:
    row = cast.daniel.grant(Role.FINANCE, actor=cast.adam, now=now)
    assert cast.daniel.has_role(Role.FINANCE)
    assert (row.granted_by, row.granted_at) == (cast.adam, now)


def test_granting_twice_keeps_one_row(cast: Cast, now: datetime) -> None:
    first = cast.daniel.grant(Role.FINANCE, actor=cast.adam, now=now)
    again = cast.daniel.grant(Role.FINANCE, actor=cast.ines, now=now + timedelta(days=1))
    assert first == again
    assert again.granted_by == cast.adam


def test_a_withdrawn_role_is_gone_at_once_and_its_row_stays(cast: Cast, now: datetime) -> None:
    cast.hannah.withdraw(Role.MARKETING_PROFESSIONAL, actor=cast.adam, now=now + timedelta(hours=1))
    assert cast.hannah.roles() == frozenset()
    row = RoleAssignment.objects.get(user=cast.hannah)
    assert (row.ended_at, row.ended_by) == (now + timedelta(hours=1), cast.adam)


def test_a_role_can_be_held_again_after_it_ended(cast: Cast, now: datetime) -> None:
    cast.hannah.withdraw(Role.MARKETING_PROFESSIONAL, actor=cast.adam, now=now)
    cast.hannah.grant(Role.MARKETING_PROFESSIONAL, actor=cast.adam, now=now + timedelta(days=1))
    assert cast.hannah.has_role(Role.MARKETING_PROFESSIONAL)
    assert RoleAssignment.objects.filter(user=cast.hannah).count() == 2


def test_an_inactive_user_holds_no_role(cast: Cast) -> None:
    cast.adam.is_active = False
    cast.adam.save()
    assert User.objects.get(pk=cast.adam.pk).roles() == frozenset()


def test_the_database_refuses_a_second_current_row(cast: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=cast.adam, role=Role.ADMINISTRATOR, granted_at=now)


def test_the_database_refuses_a_role_nobody_knows(cast: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=cast.adam, role="emperor", granted_at=now)


def test_the_database_refuses_a_role_that_ends_before_it_began(cast: Cast, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            user=cast.adam, role=Role.FINANCE, granted_at=now, ended_at=now - timedelta(seconds=1)
        )


def test_only_an_administrator_is_staff(cast: Cast) -> None:
    staff = {name for name, user in cast.everybody().items() if user.is_staff or user.has_perm("identity.view_user")}
    assert staff == {"adam"}


def test_the_last_administrator_stays_one(cast: Cast, now: datetime) -> None:
    with pytest.raises(LastAdministratorError):
        cast.adam.withdraw(Role.ADMINISTRATOR, actor=cast.adam, now=now)
    assert cast.adam.has_role(Role.ADMINISTRATOR)
    cast.ines.grant(Role.ADMINISTRATOR, actor=cast.adam, now=now)
    cast.adam.withdraw(Role.ADMINISTRATOR, actor=cast.ines, now=now)
    assert not cast.adam.has_role(Role.ADMINISTRATOR)


def test_an_administrator_who_cannot_sign_in_does_not_count(cast: Cast, now: datetime) -> None:
    cast.ines.grant(Role.ADMINISTRATOR, actor=cast.adam, now=now)
    cast.ines.is_active = False
    cast.ines.save()
    with pytest.raises(LastAdministratorError):
        cast.adam.withdraw(Role.ADMINISTRATOR, actor=cast.adam, now=now)


def test_the_last_administrator_cannot_be_switched_off(cast: Cast, now: datetime) -> None:
    with pytest.raises(LastAdministratorError):
        cast.adam.switch_off()
    assert User.objects.get(pk=cast.adam.pk).is_active
    cast.ines.grant(Role.ADMINISTRATOR, actor=cast.adam, now=now)
    assert cast.adam.switch_off()
    with pytest.raises(LastAdministratorError):
        cast.ines.switch_off()


@pytest.mark.both_databases
def test_whoever_takes_an_administrator_away_holds_the_rows_of_all(cast: Cast, now: datetime) -> None:
    """Two who withdraw each other at once would otherwise both find the other still there."""
    cast.ines.grant(Role.ADMINISTRATOR, actor=cast.adam, now=now)
    with CaptureQueriesContext(connection) as asked:
        cast.adam.withdraw(Role.ADMINISTRATOR, actor=cast.ines, now=now)
    locked = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert len(locked) == (1 if connection.features.has_select_for_update else 0)
    assert not cast.adam.has_role(Role.ADMINISTRATOR)
