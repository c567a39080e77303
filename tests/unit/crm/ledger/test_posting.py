"""Entries balance or do not exist, are posted once a key, and stand in a row without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.books import DAY, NOW, General
from tests.cast import Cast

from tradewind.crm.ledger.calendars import open_year
from tradewind.crm.ledger.drafts import (
    LARGEST,
    AccountRefused,
    Draft,
    KeyTaken,
    Line,
    PeriodClosed,
    PostingRefused,
    ReversalRefused,
    Unbalanced,
)
from tradewind.crm.ledger.models import FUNDS, GENERAL, Book, JournalEntry, LedgerAccount, Period, Posting
from tradewind.crm.ledger.operations import close_period, post, post_one, reverse

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def nothing_was_posted() -> bool:
    return not JournalEntry.objects.exists() and not Posting.objects.exists()


def test_an_entry_is_posted_with_the_balances_after_it(books: General, cast: Cast) -> None:
    entry = post_one(book=GENERAL, draft=books.sale("invoice:1", 12_000), actor=cast.farah, now=NOW)
    books.sell("invoice:2", 500)
    assert (entry.position, entry.posted_by, entry.posted_at) == (1, cast.farah, NOW)
    rows = Posting.objects.filter(account=books.pounds["1100"]).order_by("number")
    assert list(rows.values_list("number", "amount_minor", "balance_after_minor")) == [
        (1, 12_000, 12_000),
        (2, 500, 12_500),
    ]
    assert LedgerAccount.objects.with_balance().get(pk=books.pounds["4000"].pk).balance.balance_minor == -12_500


def test_the_view_says_where_an_account_stands_that_was_never_used(books: General) -> None:
    unused = LedgerAccount.objects.with_balance().get(pk=books.pounds["6000"].pk)
    assert (unused.balance.postings, unused.balance.balance_minor) == (0, 0)


def test_entries_of_a_book_stand_in_a_row_and_are_chained(books: General) -> None:
    first, second = books.sell("invoice:1", 1), books.sell("invoice:2", 2)
    assert second.position == first.position + 1
    assert bytes(second.previous_chain) == bytes(first.chain) != bytes(second.chain)
    head = Book.objects.get(code=GENERAL)
    assert (head.head_position, bytes(head.head_chain)) == (second.position, bytes(second.chain))


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (("1100", 5),),
        (("1100", 5), ("4000", -4)),
        (("1100", 5), ("4000", 5)),
        (("1100", 0), ("4000", 0)),
    ],
)
def test_an_entry_that_does_not_balance_does_not_exist(books: General, lines: tuple[tuple[str, int], ...]) -> None:
    draft = Draft("bad", DAY, "sale", tuple(Line(books.pounds[code].pk, amount) for code, amount in lines))
    with pytest.raises(Unbalanced):
        post_one(book=GENERAL, draft=draft, actor=None, now=NOW)
    assert nothing_was_posted()


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_an_amount_is_a_whole_number(books: General, amount: object) -> None:
    draft = books.sale("bad", 1)
    odd = replace(draft, lines=(replace(draft.lines[0], amount_minor=amount), draft.lines[1]))  # type: ignore[arg-type]
    with pytest.raises(Unbalanced):
        post_one(book=GENERAL, draft=odd, actor=None, now=NOW)
    assert nothing_was_posted()


def test_each_currency_balances_by_itself(books: General) -> None:
    mixed = Draft("mixed", DAY, "sale", (Line(books.pounds["1100"].pk, 5), Line(books.lei["4000"].pk, -5)))
    with pytest.raises(Unbalanced):
        post_one(book=GENERAL, draft=mixed, actor=None, now=NOW)
    both = (*books.sale("x", 5).lines, Line(books.lei["1100"].pk, 29), Line(books.lei["4000"].pk, -29))
    assert post_one(book=GENERAL, draft=Draft("two", DAY, "sale", both), actor=None, now=NOW).postings.count() == 4


def test_all_entries_of_a_call_are_posted_or_none(books: General) -> None:
    with pytest.raises(Unbalanced):
        post(book=GENERAL, drafts=[books.sale("1", 5), replace(books.sale("2", 5), lines=())], actor=None, now=NOW)
    assert nothing_was_posted()


# --- Keys


def test_the_same_key_with_the_same_content_is_the_same_entry(books: General) -> None:
    first = books.sell("invoice:1", 700)
    again = post(book=GENERAL, drafts=[books.sale("invoice:1", 700)], actor=None, now=NOW + timedelta(days=9))
    assert [(posted.entry_id, posted.is_new) for posted in again] == [(first.pk, False)]
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("change", [{"text": "other"}, {"entry_date": date(2026, 11, 21)}, {"kind": "gift"}])
def test_the_same_key_with_other_content_is_refused(books: General, change: dict[str, object]) -> None:
    books.sell("invoice:1", 700)
    for other in (replace(books.sale("invoice:1", 700), **change), books.sale("invoice:1", 701)):  # type: ignore[arg-type]
        with pytest.raises(KeyTaken):
            post_one(book=GENERAL, draft=other, actor=None, now=NOW)
    assert JournalEntry.objects.count() == 1


def test_a_key_twice_in_one_call_is_one_entry(books: General) -> None:
    one, two, three = post(
        book=GENERAL,
        drafts=[books.sale("a", 1), books.sale("a", 1), books.sale("b", 2)],
        actor=None,
        now=NOW,
    )
    assert one == two
    assert three.position == 2
    with pytest.raises(KeyTaken):
        post(book=GENERAL, drafts=[books.sale("c", 1), books.sale("c", 2)], actor=None, now=NOW)


# --- Accounts and days


def test_an_account_of_another_book_is_refused(books: General) -> None:
    open_year(FUNDS, 2026)
    with pytest.raises(AccountRefused):
        post_one(book=FUNDS, draft=books.sale("x", 1), actor=None, now=NOW)


def test_an_account_takes_nothing_outside_its_days(books: General) -> None:
    LedgerAccount.objects.filter(pk=books.pounds["1100"].pk).update(closed_date=date(2026, 6, 30))
    books.sell("in time", 1, day=date(2026, 6, 30))
    with pytest.raises(AccountRefused):
        books.sell("too late", 1, day=date(2026, 7, 1))


def test_a_balance_that_cannot_be_counted_is_refused(books: General) -> None:
    books.sell("large", LARGEST)
    with pytest.raises(AccountRefused):
        books.sell("larger", 1)


def test_a_day_without_an_open_period_is_refused(books: General) -> None:
    with pytest.raises(PeriodClosed):
        books.sell("last year", 1, day=date(2025, 12, 31))


def test_a_closed_period_takes_no_entry(books: General, cast: Cast) -> None:
    january, february = Period.objects.filter(book__code=GENERAL)[:2]
    with pytest.raises(PeriodClosed):
        close_period(february, actor=cast.farah, now=NOW)
    close_period(january, actor=cast.farah, now=NOW)
    close_period(january, actor=cast.claire, now=NOW + timedelta(hours=1))
    assert (january.closed_by, january.closed_at) == (cast.farah, NOW)
    with pytest.raises(PeriodClosed):
        books.sell("january", 1, day=date(2026, 1, 31))
    books.sell("february", 1, day=date(2026, 2, 1))


def test_the_general_book_takes_an_earlier_day_and_the_funds_book_does_not(books: General) -> None:
    books.sell("november", 1)
    books.sell("october, booked late", 1, day=date(2026, 10, 31))
    open_year(FUNDS, 2026)
    book = Book.objects.named(FUNDS)
    one, other = (
        LedgerAccount.objects.create(
            book=book, code=code, holder="f", currency="GBP", kind="statistical", opened_date=date(2026, 1, 1)
        )
        for code in ("budget", "contra")
    )
    lines = (Line(one.pk, 5), Line(other.pk, -5))
    post_one(book=FUNDS, draft=Draft("1", DAY, "update", lines), actor=None, now=NOW)
    with pytest.raises(PeriodClosed):
        post_one(book=FUNDS, draft=Draft("2", DAY - timedelta(days=1), "update", lines), actor=None, now=NOW)


# --- Taking back


def test_a_reversal_is_a_new_entry_that_mirrors_every_line(books: General, cast: Cast) -> None:
    entry = books.sell("invoice:1", 900)
    back = reverse(entry, entry_date=DAY, actor=cast.farah, now=NOW, text="Wrong customer")
    assert back.reverses == entry
    assert sorted(back.postings.values_list("account", "amount_minor")) == sorted(
        (account, -amount) for account, amount in entry.postings.values_list("account", "amount_minor")
    )
    assert LedgerAccount.objects.with_balance().get(pk=books.pounds["1100"].pk).balance.balance_minor == 0


def test_an_entry_is_taken_back_once(books: General) -> None:
    entry = books.sell("invoice:1", 900)
    back = reverse(entry, entry_date=DAY, actor=None, now=NOW)
    assert reverse(entry, entry_date=DAY, actor=None, now=NOW) == back
    with pytest.raises(ReversalRefused):
        reverse(entry, entry_date=DAY, actor=None, now=NOW, key="once more")
    with pytest.raises(ReversalRefused):
        reverse(back, entry_date=DAY, actor=None, now=NOW)
    assert JournalEntry.objects.count() == 2


def test_every_refusal_is_one_kind_of_error() -> None:
    for refusal in (Unbalanced, KeyTaken, PeriodClosed, AccountRefused, ReversalRefused):
        assert issubclass(refusal, PostingRefused)
