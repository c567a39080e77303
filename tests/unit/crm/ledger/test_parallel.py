"""Many write into one account at once: nothing is lost, doubled or out of balance."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.books import NOW, General

from tradewind.crm.ledger.models import GENERAL, JournalEntry, LedgerAccount, Posting
from tradewind.crm.ledger.operations import post
from tradewind.crm.ledger.verify import Verified, verify

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("sqlite" in connection.vendor, reason="the tests' SQLite is in memory, of one connection"),
]

AT_ONCE = 32


def in_parallel(work: Callable[[int], None], times: int = AT_ONCE) -> None:
    """Let as many connections do it as there are times."""

    def alone(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=times) as pool:
        list(pool.map(alone, range(times)))


@pytest.mark.usefixtures("burnt")
def test_32_that_post_at_once_keep_every_balance(books: General) -> None:
    in_parallel(lambda number: post_some(books, number))
    rows = Posting.objects.filter(account=books.pounds["1100"]).order_by("number")
    assert [posting.number for posting in rows] == list(range(1, 3 * AT_ONCE + 1))
    stands = LedgerAccount.objects.with_balance().get(pk=books.pounds["1100"].pk).balance.balance_minor
    assert stands == sum(3 * number + 6 for number in range(AT_ONCE))
    proof = verify(GENERAL)
    assert isinstance(proof, Verified)
    assert proof.entries == 3 * AT_ONCE


def post_some(books: General, number: int) -> None:
    drafts = [books.sale(f"invoice:{number}.{n}", number + n) for n in (1, 2, 3)]
    post(book=GENERAL, drafts=drafts, actor=None, now=NOW)


@pytest.mark.usefixtures("burnt")
def test_32_that_try_the_same_again_post_it_once(books: General) -> None:
    in_parallel(lambda _number: once_more(books))
    assert JournalEntry.objects.count() == 1


def once_more(books: General) -> None:
    post(book=GENERAL, drafts=[books.sale("settlement:7", 900)], actor=None, now=NOW)
