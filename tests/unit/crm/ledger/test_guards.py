"""Raw SQL past all of our code: the database itself refuses, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.books import DAY, NOW, General

from tradewind.crm.ledger import guards
from tradewind.crm.ledger.models import FUNDS, GENERAL, Book, JournalEntry, LedgerAccount, Period, Posting
from tradewind.crm.ledger.operations import close_period, reverse
from tradewind.crm.ledger.verify import Broken, verify

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TABLES = ("ledger_posting", "ledger_journalentry", "ledger_period", "ledger_ledgeraccount", "ledger_book")


def run(sql: str, values: Any = ()) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refuses(why: str, sql: str, values: Any = ()) -> None:
    with pytest.raises(IntegrityError, match=why):
        run(sql, values)


def row_of(record: JournalEntry | Posting, **changes: Any) -> dict[str, Any]:
    """A row as it stands, with some of its columns changed."""
    fields = {str(field.column): getattr(record, field.attname) for field in record._meta.concrete_fields}
    return fields | changes


def insert(table: str, row: Mapping[str, Any], *, verb: str = "INSERT") -> tuple[str, list[Any]]:
    names = ", ".join(row)
    return f"{verb} INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values())


def test_every_guard_stands_after_all_migrations() -> None:
    assert guards.standing(connection) == guards.expected(connection)
    assert len(guards.expected(connection)) > 12


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_posting SET amount_minor = amount_minor + 1",
        "UPDATE ledger_posting SET text = 'other'",
        "UPDATE ledger_journalentry SET entry_date = '2026-11-19'",
        "UPDATE ledger_journalentry SET text = 'other' WHERE position = 1",
        "DELETE FROM ledger_posting WHERE number = 1",
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_journalentry",
    ],
)
def test_what_is_posted_is_never_changed_or_deleted(books: General, change: str) -> None:
    books.sell("invoice:1", 900)
    refuses("never changed or deleted", change)


def test_the_models_have_no_other_way_in(books: General) -> None:
    entry = books.sell("invoice:1", 900)
    entry.text = "other"
    for attempt in (entry.save, entry.postings.all().delete, lambda: Posting.objects.update(amount_minor=1)):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            attempt()


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("renamed or closed", "UPDATE ledger_ledgeraccount SET currency = 'EUR' WHERE code = '1100'"),
        ("renamed or closed", "UPDATE ledger_ledgeraccount SET code = '1101' WHERE code = '1100'"),
        ("renamed or closed", "UPDATE ledger_ledgeraccount SET opened_date = '2020-01-01'"),
        ("renamed or closed", "DELETE FROM ledger_ledgeraccount WHERE code = '6000'"),
        (
            "periods do not overlap",
            "UPDATE ledger_period SET ends_date = '2027-12-31' WHERE starts_date = '2026-12-01'",
        ),
        ("periods do not overlap", "DELETE FROM ledger_period"),
        ("head of a book", "UPDATE ledger_book SET head_position = 0"),
        ("head of a book", "UPDATE ledger_book SET head_position = 9"),
        ("head of a book", "UPDATE ledger_book SET code = 'other'"),
        ("head of a book", "DELETE FROM ledger_book"),
    ],
)
def test_accounts_periods_and_books_keep_what_they_are(books: General, why: str, change: str) -> None:
    books.sell("invoice:1", 900)
    refuses(why, change)


def test_an_account_is_renamed_and_closed(books: General) -> None:
    run("UPDATE ledger_ledgeraccount SET name = 'Clients', closed_date = '2026-12-31' WHERE code = '1100'")
    assert LedgerAccount.objects.filter(name="Clients", closed_date=date(2026, 12, 31)).count() == 2


def test_a_closed_period_is_not_opened_again(books: General) -> None:
    close_period(Period.objects.filter(book__code=GENERAL)[0], actor=None, now=NOW)
    refuses("stays closed", "UPDATE ledger_period SET closed_at = NULL WHERE starts_date = '2026-01-01'")


def test_periods_of_a_book_do_not_overlap(books: General) -> None:
    again = Period(book=Book.objects.get(code=GENERAL), starts_date=date(2026, 12, 24), ends_date=date(2027, 1, 6))
    with pytest.raises(IntegrityError, match="do not overlap"), transaction.atomic():
        again.save()


# --- Entries written by hand


def by_hand(
    books: General,
    *amounts: tuple[str, int],
    day: date = DAY,
    line_changes: Any = None,
    moves_head: bool = True,
    **changes: Any,
) -> None:
    """Postings and an entry as somebody who knows the tables would write them, without our code."""
    book = Book.objects.get(code=GENERAL)
    position = book.head_position + 1
    entry_id = JournalEntry.id_at(book, position)
    accounts = books.pounds | {f"lei {code}": account for code, account in books.lei.items()}
    for line, (code, amount) in enumerate(amounts, start=1):
        account = LedgerAccount.objects.with_balance().get(pk=accounts[code].pk)
        row = {
            "entry_id": entry_id, "line": line, "account_id": account.pk, "currency": account.currency,
            "amount_minor": amount, "entry_date": day, "number": account.balance.postings + 1,
            "balance_after_minor": account.balance.balance_minor + amount, "text": "",
        }  # fmt: skip
        run(*insert("ledger_posting", row | (line_changes or {})))
    row = {
        "id": entry_id, "book_id": book.pk, "position": position, "entry_date": day, "posted_at": NOW, "kind": "x",
        "text": "", "key": "by hand", "content_digest": b"0" * 32, "previous_chain": bytes(book.head_chain),
        "chain": b"1" * 32,
    } | changes  # fmt: skip
    run(*insert("ledger_journalentry", row))
    if moves_head:
        move = "UPDATE ledger_book SET head_position = %s, head_chain = %s WHERE id = %s"
        run(move, [row["position"], row["chain"], book.pk])


def test_what_balances_may_be_written_by_hand(books: General) -> None:
    """The guards refuse what is wrong, and only that; `verify` finds that the chain is made up."""
    by_hand(books, ("1100", 5), ("4000", -5))
    assert Book.objects.get(code=GENERAL).head_position == 1
    assert verify(GENERAL) == Broken(GENERAL, 1, "its content is not what it was chained with")


def test_an_entry_that_the_head_does_not_know_is_found(books: General) -> None:
    by_hand(books, ("1100", 5), ("4000", -5), moves_head=False)
    proof = verify(GENERAL)
    assert isinstance(proof, Broken)
    assert proof.position == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        books.sell("next", 100)


@pytest.mark.parametrize(
    ("why", "lines", "changes"),
    [
        ("does not balance", [("1100", 5), ("4000", -4)], {}),
        ("does not balance", [("1100", 5), ("lei 4000", -5)], {}),
        ("two lines or more", [], {}),
        ("two lines or more", [("1100", 5)], {}),
        ("another currency", [("1100", 5), ("4000", -5)], {"line_changes": {"currency": "EUR"}}),
        ("another currency", [("old", 5), ("4000", -5)], {}),
        ("two lines or more", [("1100", 5), ("4000", -5)], {"entry_date": date(2026, 11, 21)}),
        ("does not follow", [("1100", 5), ("4000", -5)], {"previous_chain": b"2" * 32}),
        ("no open period", [("1100", 5), ("4000", -5)], {"entry_date": None}),
    ],
)
def test_an_entry_by_hand_that_is_wrong_is_refused(
    books: General, why: str, lines: list[tuple[str, int]], changes: dict[str, Any]
) -> None:
    books.sell("invoice:1", 100)
    old = books.pounds["old"] = books.pounds["6000"]
    LedgerAccount.objects.filter(pk=old.pk).update(closed_date=date(2026, 6, 30))
    day = date(2027, 1, 1) if changes.get("entry_date", DAY) is None else DAY
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        by_hand(books, *lines, day=day, **({} if day != DAY else changes))
    assert JournalEntry.objects.count() == 1
    assert Posting.objects.count() == 2


@pytest.mark.parametrize("position", [1, 3])
def test_an_entry_stands_right_behind_the_last(books: General, position: int) -> None:
    first = books.sell("invoice:1", 100)
    changes: dict[str, Any] = {"position": position, "id": JournalEntry.id_at(first.book, position)}
    with pytest.raises(IntegrityError), transaction.atomic():
        by_hand(books, ("1100", 5), ("4000", -5), **changes)
    assert JournalEntry.objects.count() == 1


def test_a_sealed_entry_takes_no_more_postings(books: General) -> None:
    entry = books.sell("invoice:1", 100)
    last = entry.postings.get(line=1)
    more = row_of(last, line=3, number=2, balance_after_minor=200)
    del more["id"]
    refuses("sealed", *insert("ledger_posting", more))


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("does not go on", {"balance_after_minor": 101}),
        ("does not go on", {"number": 3}),
    ],
)
def test_a_posting_that_does_not_fit_its_account_is_refused(books: General, why: str, changes: dict[str, Any]) -> None:
    entry = books.sell("invoice:1", 100)
    good = row_of(entry.postings.get(line=1), entry_id=entry.pk + 1, number=2, balance_after_minor=200)
    del good["id"]
    refuses(why, *insert("ledger_posting", good | changes))


def test_postings_without_their_entry_are_refused_when_the_transaction_ends(books: General) -> None:
    entry = books.sell("invoice:1", 100)
    orphan = row_of(entry.postings.get(line=1), entry_id=entry.pk + 1, number=2, balance_after_minor=200)
    del orphan["id"]
    run(*insert("ledger_posting", orphan))
    with pytest.raises(IntegrityError):  # as COMMIT does
        connection.check_constraints()
    transaction.set_rollback(True)


def test_a_reversal_by_hand_mirrors_what_it_reverses(books: General) -> None:
    entry = books.sell("invoice:1", 100)
    with pytest.raises(IntegrityError, match="takes back every line"), transaction.atomic():
        by_hand(books, ("1100", -99), ("4000", 99), reverses_id=entry.pk)
    by_hand(books, ("4000", 100), ("1100", -100), reverses_id=entry.pk)
    again = books.sell("invoice:2", 100)
    with pytest.raises(IntegrityError), transaction.atomic():
        by_hand(books, ("4000", 100), ("1100", -100), reverses_id=entry.pk, key="again")
    assert reverse(again, entry_date=DAY, actor=None, now=NOW).position == 4


def test_a_book_begins_with_nothing(books: General) -> None:
    with pytest.raises(IntegrityError, match="head of a book"), transaction.atomic():
        Book.objects.create(code=FUNDS, head_position=7)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite takes them")
def test_replacing_is_refused_like_changing(books: General) -> None:
    """SQLite deletes what `INSERT OR REPLACE` replaces without asking the triggers of DELETE."""
    entry = books.sell("invoice:1", 100)
    posting = entry.postings.get(line=1)
    other = row_of(posting, entry_id=entry.pk + 1, number=2, balance_after_minor=200)
    for table, row in (
        ("ledger_posting", row_of(posting, amount_minor=101)),
        ("ledger_posting", other),
        ("ledger_posting", row_of(posting, entry_id=entry.pk + 1, id=None)),
        ("ledger_journalentry", row_of(entry, text="other")),
    ):
        refuses("ledger: ", *insert(table, row, verb="INSERT OR REPLACE"))
    for table, changed in (
        ("ledger_ledgeraccount", "name"),
        ("ledger_period", "closed_at"),
        ("ledger_book", "head_chain"),
    ):
        refuses("ledger: ", f"REPLACE INTO {table} SELECT * FROM {table} WHERE {changed} IS {changed}")
    assert Posting.objects.get(pk=posting.pk).amount_minor == 100


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has columns of one kind only")
@pytest.mark.parametrize("amount", [100.5, "a", b"100"])
def test_sqlite_takes_whole_amounts_only(books: General, amount: Any) -> None:
    entry = books.sell("invoice:1", 100)
    posting = row_of(entry.postings.get(line=1), entry_id=entry.pk + 1, number=2)
    posting |= {"amount_minor": amount, "balance_after_minor": 200, "id": None}
    refuses("whole minor units", *insert("ledger_posting", posting))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", TABLES)
def test_tables_are_not_emptied(books: General, table: str) -> None:
    books.sell("invoice:1", 100)
    connection.check_constraints()  # PostgreSQL empties no table that a foreign key is still to be checked of
    with pytest.raises(DatabaseError, match="never changed or deleted"):
        run(f"TRUNCATE {table} CASCADE")
