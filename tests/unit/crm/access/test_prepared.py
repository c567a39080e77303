"""Queries whose words are kept for the life of a process: they may not have looked at the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from tests.channel import Channel

from tradewind.crm.access import scope
from tradewind.crm.access.derivations import EVERYBODY, derivations_of, derivations_of_users, object_types
from tradewind.crm.access.meeting import Meeting
from tradewind.crm.access.prepared import ASKER, MOMENT, AskerUnusedError, FrozenClockError, forget, is_a_date, prepared
from tradewind.crm.access.selected import selected
from tradewind.crm.access.state import State
from tradewind.crm.parties.models import Membership
from tradewind.crm.parties.models.membership import MembershipQuerySet
from tradewind.crm.sales.models import Lead

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NAME = ("tests",)


@pytest.fixture(autouse=True)
def as_if_the_process_had_just_begun() -> Iterator[None]:
    forget()
    yield
    forget()


def of(**condition: Any) -> Callable[[int, datetime], QuerySet[Any, Any]]:
    return lambda asker, _moment: Membership.objects.filter(user=asker, **condition).values("organisation")


@pytest.mark.parametrize(
    "looked",
    [
        {"since_date__lte": date(2026, 11, 20)},
        {"user__role_assignments__granted_at__lte": datetime(2026, 11, 20, 9, tzinfo=UTC)},
    ],
    ids=["a day", "an instant"],
)
def test_a_query_that_looked_at_the_clock_is_refused(looked: dict[str, Any]) -> None:
    with pytest.raises(FrozenClockError, match="not with today"):
        prepared(NAME, of(**looked), using="default")


def test_a_query_that_does_not_ask_about_the_user_is_refused() -> None:
    with pytest.raises(AskerUnusedError):
        prepared(NAME, lambda _asker, _moment: Membership.objects.current().values("organisation"), using="default")


def test_a_query_about_the_user_and_the_moment_is_taken() -> None:
    def query(asker: int, moment: datetime) -> QuerySet[Any, Any]:
        rows = Membership.objects.filter(user=asker, user__role_assignments__granted_at__lte=moment)
        return rows.values("organisation")

    words = prepared(NAME, query, using="default")
    assert words.params.count(ASKER) == words.params.count(MOMENT) == 1


def test_a_derivation_that_looks_at_the_clock_shows_nothing_rather_than_the_past(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hop "works for" with a look at today: the day of the first question would count for ever."""

    def acting(rows: MembershipQuerySet) -> MembershipQuerySet:
        return rows.filter(is_acting=True, since_date__lte=timezone.localdate() - timedelta(days=1))

    monkeypatch.setattr(MembershipQuerySet, "acting", acting)
    with pytest.raises(FrozenClockError):
        list(scope(channel.cast.petra, Lead))


def test_every_declared_derivation_may_be_kept(channel: Channel) -> None:
    meetings = [
        Meeting(of_user, of_object, None)
        for model in object_types().values()
        for of_object in derivations_of(model).values()
        for of_user in derivations_of_users().values()
        if of_user.kind == of_object.kind != EVERYBODY
    ]
    assert len(meetings) > 40
    for meeting in meetings:
        if not meeting.is_the_user:
            selected(channel.cast.petra.pk, [meeting], state=State("default"))


@pytest.mark.parametrize(
    ("param", "found"),
    [("2026-11-20", True), ("2026-11-20 09:00:00", True), (date(2026, 1, 1), True), ("2026-11", False),
     ("NW1 7AB", False), ("2026-11-20-A", False), (20261120, False), (None, False)],
)  # fmt: skip
def test_dates_are_known_however_a_database_takes_them(param: object, found: bool) -> None:
    assert is_a_date(param) is found
