"""Statements are read from postings: at any day, in either book, with a sum of zero."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.books import General

from tradewind.crm.ledger.charts import NEUTRAL, ROMANIAN, chart, open_chart
from tradewind.crm.ledger.models import GENERAL
from tradewind.crm.ledger.statements import balance_at, statement, trial_balance

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 20)


@pytest.fixture
def billed(books: General) -> General:
    """Three sales; the last one booked belongs to a day before the others."""
    books.sell("1", 100, day=NOVEMBER)
    books.sell("2", 20, day=NOVEMBER + timedelta(days=1))
    books.sell("3", 3, day=OCTOBER)
    return books


@pytest.mark.parametrize(
    ("day", "balance"),
    [(OCTOBER - timedelta(days=1), 0), (OCTOBER, 3), (NOVEMBER, 103), (NOVEMBER + timedelta(days=1), 123)],
)
def test_an_account_stands_at_what_was_dated_until_then(billed: General, day: date, balance: int) -> None:
    assert balance_at(billed.pounds["1100"], day) == balance


def test_a_statement_goes_from_its_opening_to_its_closing(billed: General) -> None:
    november = statement(billed.pounds["1100"], since=NOVEMBER, until=date(2026, 11, 30))
    amounts = [posting.amount_minor for posting in november.postings]
    assert (november.opening_minor, amounts, november.closing_minor) == (3, [100, 20], 123)


def test_a_trial_balance_has_two_equal_sides(billed: General) -> None:
    lines = list(trial_balance(GENERAL))
    assert [(line.account.code, line.debit_minor, line.credit_minor) for line in lines] == [
        ("1100", 123, 0),
        ("4000", 0, 123),
    ]
    assert sum(line.balance_minor for line in trial_balance(GENERAL, day=NOVEMBER)) == 0


@pytest.mark.parametrize("name", [NEUTRAL, ROMANIAN])
def test_a_chart_opens_once_a_currency(books: General, name: str) -> None:
    first = open_chart(name, currency="EUR", opened_date=OCTOBER)
    assert open_chart(name, currency="EUR", opened_date=NOVEMBER) == first
    assert [account.code for account in first] == sorted(line.code for line in chart(name))
    assert all(line.name_ro for line in chart(name))
