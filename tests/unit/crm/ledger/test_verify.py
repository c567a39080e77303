"""`verify` names the first row that somebody changed past the guards."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.books import DAY, NOW, General, unguarded

from tradewind.crm.ledger.models import FUNDS, GENERAL, JournalEntry
from tradewind.crm.ledger.operations import post, reverse
from tradewind.crm.ledger.verify import Broken, Verified, verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def five(db: None, burnt: None, books: General) -> General:
    """Five entries in the general book, the last of which takes back the second."""
    post(book=GENERAL, drafts=[books.sale(f"invoice:{n}", n * 100) for n in range(1, 5)], actor=None, now=NOW)
    reverse(JournalEntry.objects.get(position=2), entry_date=DAY, actor=None, now=NOW)
    return books


def test_books_as_they_were_posted_are_proved(five: General) -> None:
    proof = verify(GENERAL)
    assert isinstance(proof, Verified)
    assert (proof.entries, proof.postings) == (5, 10)
    assert verify(FUNDS) == Verified(FUNDS, 0, 0, "00" * 32)


@pytest.mark.parametrize(
    ("position", "why", "change"),
    [
        (3, "stands at 600", "UPDATE ledger_posting SET amount_minor = 301 WHERE amount_minor = 300"),
        (3, "differ by", "UPDATE ledger_posting SET amount_minor = -299, balance_after_minor = -599 "
                         "WHERE amount_minor = -300"),
        (4, "stands at 999", "UPDATE ledger_posting SET balance_after_minor = 999 WHERE amount_minor = 400"),
        (1, "chained with", "UPDATE ledger_journalentry SET text = 'other' WHERE position = 1"),
        (2, "chained with", "UPDATE ledger_journalentry SET posted_at = '2026-11-20 09:00+00' WHERE position = 2"),
        (5, "chained with", "UPDATE ledger_journalentry SET posted_by_id = NULL, kind = 'sale' WHERE position = 5"),
        (2, "another line, currency or day", "UPDATE ledger_journalentry SET entry_date = '2026-11-19' "
                                             "WHERE position = 2"),
        (1, "chained with", "UPDATE ledger_ledgeraccount SET kind = 'asset' WHERE code = '4000'"),
        (1, "another line, currency", "UPDATE ledger_ledgeraccount SET currency = 'EUR' "
                                      "WHERE code = '4000' AND currency = 'GBP'"),
        (2, "another entry than the one before", "UPDATE ledger_journalentry SET previous_chain = chain "
                                                 "WHERE position = 2"),
        (4, "digest of its content", "UPDATE ledger_journalentry SET content_digest = chain WHERE position = 4"),
        (3, "number 9", "UPDATE ledger_posting SET number = 9 WHERE amount_minor = 300"),
        (1, "no period", "DELETE FROM ledger_period WHERE starts_date = '2026-11-01'"),
        (6, "head of the book", "UPDATE ledger_book SET head_chain = previous_chain FROM ledger_journalentry e "
                                "WHERE e.position = 5"),
    ],
)  # fmt: skip
def test_the_first_wrong_row_is_named(five: General, position: int, why: str, change: str) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(change)
    proof = verify(GENERAL)
    assert isinstance(proof, Broken)
    assert proof.position == position
    assert why in proof.why
    assert f"entry {position}" in str(proof)


def test_entries_that_are_gone_are_missed(five: General) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_posting WHERE entry_id IN (SELECT id FROM ledger_journalentry WHERE position = 5)"
        )
        cursor.execute("DELETE FROM ledger_journalentry WHERE position = 5")
    assert verify(GENERAL) == Broken(GENERAL, 5, "entries up to 5 were posted and are gone")


def test_an_entry_gone_from_the_middle_is_missed(five: General) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_posting WHERE entry_id IN (SELECT id FROM ledger_journalentry WHERE position = 3)"
        )
        cursor.execute("DELETE FROM ledger_journalentry WHERE position = 3")
    assert verify(GENERAL) == Broken(GENERAL, 3, "it is gone, and entry 4 is there")


def test_other_days_in_the_general_book_are_no_fault(five: General) -> None:
    five.sell("booked late", 5, day=date(2026, 10, 31))
    assert isinstance(verify(GENERAL), Verified)
