"""The benchmark of the books on tiny sizes: plain tables take the same rows, and the page has a place for it."""

from __future__ import annotations

import pytest
from benchmarks import results
from benchmarks.channel import books
from benchmarks.pages import between
from benchmarks.results import Figure
from django.db import connection

from tradewind.crm.ledger.models import FUNDS, Posting
from tradewind.crm.ledger.verify import Verified, verify


@pytest.fixture
def measured(db: None) -> list[Figure]:
    results.start_run(keep=False)
    books.measure(quick=True)
    return results.figures()


def test_everything_is_measured_beside_a_peer(measured: list[Figure]) -> None:
    assert [figure.name for figure in measured] == [
        "sqlite.postings.80",
        "sqlite.postings.240",
        "sqlite.entries.alone",
        "sqlite.statement.200",
        "sqlite.statement.2000",
    ]
    assert all(figure.ratio and figure.peer_value for figure in measured)


def test_the_plain_tables_hold_the_same_rows(measured: list[Figure]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM plain_posting p JOIN ledger_posting l USING (account_id, number) "
            "WHERE p.amount_minor = l.amount_minor AND p.balance_after_minor = l.balance_after_minor"
        )
        (same,) = cursor.fetchone()
    assert same == 2 * 80 + 2 * 240 + 20 * 4
    assert Posting.objects.count() == same + 2_000
    assert isinstance(verify(FUNDS), Verified)


def test_the_page_has_a_place_for_the_tables(measured: list[Figure]) -> None:
    written = between(books.PAGE.read_text(encoding="utf-8"), "books", books.tables(measured))
    assert "| SQLite | 240 postings in one call |" in written
    assert "| SQLite | statement over 2,000 postings |" in written
