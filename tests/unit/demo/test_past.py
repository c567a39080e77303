"""When the month behind us took place."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from tradewind.demo import past
from tradewind.demo.conversations import PastClock

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def test_the_schedule_is_in_order_within_thirty_days_and_always_the_same() -> None:
    moments = list(past.schedule(NOW))
    assert moments == sorted(moments) == list(past.schedule(NOW))
    assert moments[0] > NOW - timedelta(days=31)
    assert moments[-1] < NOW
    assert len(moments) > 300


def test_contacts_come_within_opening_hours_and_fewer_at_the_weekend() -> None:
    local = [timezone.localtime(moment) for moment in past.schedule(NOW)]
    assert all(past.OPENS <= moment.time() <= past.CLOSES for moment in local)
    by_day = [sum(moment.weekday() == day for moment in local) for day in range(7)]
    assert max(by_day[5:]) < min(by_day[:5])


def test_past_time_moves_when_told_and_never_beyond_the_present() -> None:
    clock = PastClock(NOW - timedelta(days=365))
    before = clock.now()
    clock.let_pass(60)
    assert clock.now() == before + timedelta(seconds=60)
    clock.let_pass(10 * 365 * 86_400)
    assert clock.now() <= timezone.now()
