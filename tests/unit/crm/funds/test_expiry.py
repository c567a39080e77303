"""Expiry takes what nobody holds, once; what is let go afterwards expires at once, or rolls on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.granted import Granted, fund_of

from tradewind.crm.funds import budgets, reservations
from tradewind.crm.funds.expiry import expire_due
from tradewind.crm.funds.models import BudgetPosting, Fund, FundsPlan
from tradewind.crm.funds.rules import BudgetKind, FundsRefused
from tradewind.crm.funds.statements import statement
from tradewind.crm.ledger.models import FUNDS
from tradewind.crm.ledger.verify import Verified, verify

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LAST_EVENING = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 1, 10, 0, tzinfo=UTC)


def test_the_last_day_is_still_a_day(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    assert expire_due(LAST_EVENING) == 0
    assert expire_due(NEW_YEAR) == 3
    assert (funds.counts(), statement(funds.camden).expired_minor) == ((0, 0, 0), 1_000)


def test_expiry_leaves_what_is_held_and_takes_it_when_it_is_let_go(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    held = funds.hold(600)
    expire_due(NEW_YEAR)
    assert (funds.counts(), statement(funds.camden).expired_minor) == ((600, 600, 0), 400)
    reservations.settle(held, amount_minor=250, key="claim:1", actor=None, now=NEW_YEAR)
    reservations.close(held, actor=funds.cast.claire, now=NEW_YEAR)
    assert (funds.counts(), statement(funds.camden).expired_minor) == ((250, 0, 250), 750)


def test_a_run_twice_expires_once(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    assert [expire_due(NEW_YEAR), expire_due(NEW_YEAR)] == [3, 0]
    assert BudgetPosting.objects.filter(kind=BudgetKind.EXPIRE).count() == 1


def test_what_is_left_rolls_into_the_next_plan(funds: Granted) -> None:
    funds.plan.next_plan = FundsPlan.objects.create(
        name="Partners 2027", currency="GBP", starts_date=date(2027, 1, 1), ends_date=date(2027, 12, 31)
    )
    funds.plan.save()
    heir = fund_of(funds.plan.next_plan, funds.rule, funds.cast.camden)
    funds.grant({funds.camden: 1_000, funds.borough: 70})
    held = funds.hold(600)
    expire_due(NEW_YEAR)
    assert (funds.counts(), funds.counts(heir)) == ((600, 600, 0), (400, 0, 0))
    assert (funds.counts(funds.borough)[0], statement(funds.borough).expired_minor) == (0, 70)
    reservations.close(held, actor=funds.cast.claire, now=NEW_YEAR)
    assert (funds.counts(), funds.counts(heir)) == ((0, 0, 0), (1_000, 0, 0))
    assert isinstance(verify(FUNDS), Verified)


def test_an_expired_fund_is_renewed_up_to_what_expired_and_not_extended(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    expire_due(NEW_YEAR)
    until = date(2027, 6, 30)

    def ask(kind: BudgetKind, amount: int) -> BudgetPosting:
        posting = budgets.draft(
            plan=funds.plan, kind=kind, amounts={funds.camden: amount}, why="x", actor=funds.cast.hannah, now=NEW_YEAR,
            until_date=until,
        )  # fmt: skip
        budgets.submit(posting)
        return posting

    with pytest.raises(FundsRefused):
        budgets.approve(ask(BudgetKind.EXTEND, 0), actor=funds.cast.claire, now=NEW_YEAR)
    with pytest.raises(FundsRefused):
        ask(BudgetKind.RENEW, 1_001)
    budgets.approve(ask(BudgetKind.RENEW, 300), actor=funds.cast.claire, now=NEW_YEAR)
    renewed = Fund.objects.get(pk=funds.camden.pk)
    assert (renewed.expires_date, renewed.expired_at, funds.counts()) == (until, None, (300, 0, 0))
    assert statement(renewed).expired_minor == 700


def test_a_fund_that_has_expired_is_given_nothing(funds: Granted) -> None:
    """Otherwise it would never expire: the run has been there already."""
    funds.grant({funds.camden: 1_000})
    waiting = funds.ask({funds.camden: 5, funds.borough: 5})
    expire_due(NEW_YEAR)
    with pytest.raises(FundsRefused):
        budgets.approve(waiting, actor=funds.cast.claire, now=NEW_YEAR)
    assert (funds.counts(), funds.counts(funds.borough)) == ((0, 0, 0), (0, 0, 0))


def test_a_statement_is_one_query(funds: Granted, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    funds.grant({funds.camden: 1_000})
    with django_assert_num_queries(1):
        now = statement(funds.camden)
    with django_assert_num_queries(1):
        today = statement(funds.camden, day=date(2026, 11, 20))
    assert now == today


def test_a_statement_of_an_earlier_day_does_not_know_what_came_later(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    expire_due(NEW_YEAR)
    before = statement(funds.camden, day=date(2026, 12, 31))
    assert (before.budget_minor, before.expired_minor) == (1_000, 0)
    assert statement(funds.camden, day=date(2026, 11, 19)).budget_minor == 0
