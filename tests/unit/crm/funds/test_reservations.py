"""Money is held with the approval, settled once, let go, and never more of it than there is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from tests.books import DAY, NOW
from tests.granted import Granted

from tradewind.crm.funds import reservations
from tradewind.crm.funds.models import ExchangeRate, Fund
from tradewind.crm.funds.rules import FourEyes, FundsRefused, Level, NotEntitled, OverBudget, RateMissing, StepRefused
from tradewind.crm.funds.statements import statement
from tradewind.crm.ledger.models import JournalEntry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_worked_case_of_a_budget_of_1000(funds: Granted) -> None:
    """Budget 1000, reserved 500, settled 300: 500 to reserve, 700 to spend; closed, 200 come back."""
    funds.grant({funds.camden: 1_000})
    held = funds.hold(500)
    reservations.settle(held, amount_minor=300, key="claim:1", actor=funds.cast.farah, now=NOW)
    now = statement(funds.camden)
    assert (now.available_to_reserve_minor, now.available_to_spend_minor) == (500, 700)
    assert funds.counts() == (1_000, 200, 300)
    reservations.close(held, actor=funds.cast.claire, now=NOW)
    assert statement(funds.camden).available_to_reserve_minor == 700
    assert funds.counts() == (1_000, 0, 300)


def test_a_request_holds_nothing(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    funds.request(800)
    assert funds.counts() == (1_000, 0, 0)


def test_availability_control_answers_with_a_level(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    levels = []
    for amount in (700, 100, 100):
        levels.append(reservations.approve(funds.request(amount), actor=funds.cast.claire, now=NOW))
        funds.refresh()
    assert levels == [Level.FREE, Level.INFORMATION, Level.WARNING]


def test_more_than_the_budget_needs_a_level_and_more_than_the_tolerance_is_refused(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    funds.hold(1_000)
    with pytest.raises(OverBudget):
        reservations.approve(funds.request(50), actor=funds.cast.claire, now=NOW)
    assert reservations.approve(funds.request(50), actor=funds.cast.farah, now=NOW) == Level.TOLERATED
    with pytest.raises(OverBudget):
        reservations.approve(funds.request(1), actor=funds.cast.farah, now=NOW)
    assert funds.counts() == (1_000, 1_050, 0)


@pytest.mark.parametrize(
    "change",
    [
        "held_minor = 1051",
        "paid_minor = 1051",
        "held_minor = 600, paid_minor = 451",
        "held_minor = -1",
        "paid_minor = -1",
        "budget_minor = -1",
        "budget_minor = 100, held_minor = 106",
    ],
)
def test_raw_sql_overspends_nothing(funds: Granted, change: str) -> None:
    """L2: the database holds it, whoever writes."""
    funds.grant({funds.camden: 1_000})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE funds_fund SET {change} WHERE id = %s", [funds.camden.pk])


def test_whoever_asks_does_not_decide(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    own = reservations.request(
        funds.camden, amount_minor=5, currency="GBP", purpose="x", actor=funds.cast.claire, now=NOW
    )
    for decide in (
        lambda: reservations.approve(own, actor=funds.cast.claire, now=NOW),
        lambda: reservations.reject(own, actor=funds.cast.claire, now=NOW, why="x"),
    ):
        with pytest.raises(FourEyes):
            decide()
    assert funds.counts() == (1_000, 0, 0)


def test_whoever_may_approve_nothing_holds_nothing(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    with pytest.raises(NotEntitled):
        reservations.approve(funds.request(5), actor=funds.cast.paul, now=NOW)


def test_a_reservation_is_decided_once(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    held = funds.hold(100)
    for decide in (
        lambda: reservations.approve(held, actor=funds.cast.farah, now=NOW),
        lambda: reservations.reject(held, actor=funds.cast.farah, now=NOW, why="x"),
    ):
        with pytest.raises(StepRefused):
            decide()
    assert funds.counts() == (1_000, 100, 0)


def test_a_settlement_that_is_tried_again_posts_once(funds: Granted) -> None:
    """L6."""
    funds.grant({funds.camden: 1_000})
    held = funds.hold(100)
    for _again in range(3):
        reservations.settle(held, amount_minor=40, key="claim:1", actor=None, now=NOW)
    assert funds.counts() == (1_000, 60, 40)
    reservations.settle(held, amount_minor=60, key="claim:2", actor=None, now=NOW)
    with pytest.raises(OverBudget):
        reservations.settle(held, amount_minor=1, key="claim:3", actor=None, now=NOW)
    assert funds.counts() == (1_000, 0, 100)


@pytest.mark.parametrize("amount", [0, -5, 101])
def test_a_settlement_stays_within_what_is_held(funds: Granted, amount: int) -> None:
    funds.grant({funds.camden: 1_000})
    held = funds.hold(100)
    with pytest.raises(OverBudget):
        reservations.settle(held, amount_minor=amount, key="claim:1", actor=None, now=NOW)


def test_what_was_let_go_is_not_settled(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    held = funds.hold(100)
    reservations.close(held, actor=funds.cast.claire, now=NOW)
    with pytest.raises(StepRefused):
        reservations.settle(held, amount_minor=1, key="claim:1", actor=None, now=NOW)
    with pytest.raises(StepRefused):
        reservations.close(held, actor=funds.cast.claire, now=NOW)


def test_nothing_is_asked_of_a_fund_that_has_expired(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    waiting = funds.request(5)
    Fund.objects.filter(pk=funds.camden.pk).update(expires_date=DAY - timedelta(days=1))
    funds.refresh()
    with pytest.raises(FundsRefused):
        funds.request(5)
    with pytest.raises(FundsRefused):
        reservations.approve(waiting, actor=funds.cast.claire, now=NOW)


# --- Currencies


def test_another_currency_is_converted_at_the_rate_of_the_day_which_is_kept(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    ExchangeRate.objects.create(
        of_date=DAY, from_currency="RON", to_currency="GBP", rate=Decimal("0.1755"), source="BNR"
    )
    asked = funds.request(1_000, currency="RON")
    assert (asked.asked_minor, asked.amount_minor, asked.rate, asked.rate_date) == (
        1_000,
        176,
        Decimal("0.1755"),
        DAY,
    )
    reservations.approve(asked, actor=funds.cast.claire, now=NOW)
    assert funds.counts() == (1_000, 176, 0)


def test_a_day_without_a_rate_is_refused(funds: Granted) -> None:
    ExchangeRate.objects.create(
        of_date=date(2026, 11, 19), from_currency="RON", to_currency="GBP", rate=Decimal("0.1755"), source="BNR"
    )
    with pytest.raises(RateMissing):
        funds.request(1_000, currency="RON")
    assert not JournalEntry.objects.exists()
