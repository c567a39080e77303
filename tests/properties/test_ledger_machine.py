"""Whatever is asked of a book, in whatever order: it says what a plain dictionary of sums says, and keeps every law.

The laws are those of the ledger in docs/explanation/ledger.md, by their numbers.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.books import DAY, NOW, General, general

from tradewind.crm.ledger.drafts import Draft, KeyTaken, Line, PeriodClosed, PostingRefused, ReversalRefused, Unbalanced
from tradewind.crm.ledger.models import GENERAL, Book, JournalEntry, LedgerAccount, Period, Posting
from tradewind.crm.ledger.operations import close_period, post, reverse
from tradewind.crm.ledger.statements import balance_at, trial_balance
from tradewind.crm.ledger.verify import Verified, verify

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CODES = ("1000", "1100", "2000", "4000", "6000")
AMOUNTS = st.integers(min_value=-(10**9), max_value=10**9).filter(bool)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))
KEYS = st.integers(min_value=1, max_value=12).map(lambda n: f"act:{n}")


class Ledger(RuleBasedStateMachine):
    """A book beside what it should say: sums by account and day, and the content of every key."""

    entries = Bundle("entries")

    @initialize()
    def begin(self) -> None:
        self.point = transaction.atomic()
        self.point.__enter__()
        self.books: General = general()
        self.sums: dict[tuple[int, date], int] = defaultdict(int)
        self.content: dict[str, tuple[Any, ...]] = {}
        self.reversed: set[int] = set()
        self.closed_until = date.min

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    def accounts(self, currency: str) -> dict[str, LedgerAccount]:
        return self.books.pounds if currency == "GBP" else self.books.lei

    # --- What is asked

    @rule(
        target=entries,
        key=KEYS,
        day=DAYS,
        moves=st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(["GBP", "RON"]), AMOUNTS), max_size=5),
    )
    def post_what_balances(self, key: str, day: date, moves: list[tuple[str, str, int]]) -> Any:
        lines = [Line(self.accounts(currency)[code].pk, amount) for code, currency, amount in moves]
        for currency in ("GBP", "RON"):
            over = sum(amount for _code, other, amount in moves if other == currency)
            if over:
                lines.append(Line(self.accounts(currency)["3000"].pk, -over))
        draft = Draft(key, day, "moved", tuple(lines))
        asked = (day, tuple((line.account_id, line.amount_minor) for line in lines))
        try:
            (posted,) = post(book=GENERAL, drafts=[draft], actor=None, now=NOW)
        except Unbalanced:
            assert len(lines) < 2
            return multiple()
        except KeyTaken:
            assert self.content[key] != asked
            return multiple()
        except PeriodClosed:
            assert day <= self.closed_until
            return multiple()
        assert posted.is_new == (key not in self.content)
        if posted.is_new:
            assert day > self.closed_until
            self.content[key] = asked
            self.count(lines, day)
        return JournalEntry.objects.get(pk=posted.entry_id)

    @rule(key=KEYS, day=DAYS, code=st.sampled_from(CODES), amount=AMOUNTS, over=AMOUNTS)
    def post_what_does_not_balance(self, key: str, day: date, code: str, amount: int, over: int) -> None:
        """L1: debit and credit."""
        lines = (Line(self.books.pounds[code].pk, amount), Line(self.books.pounds["3000"].pk, over - amount))
        with pytest.raises(PostingRefused):
            post(book=GENERAL, drafts=[Draft(key, day, "moved", lines)], actor=None, now=NOW)

    @rule(entry=entries, day=DAYS)
    def take_back(self, entry: JournalEntry, day: date) -> None:
        """L5: a correction is a reversal, and there is one."""
        before = JournalEntry.objects.count()
        try:
            back = reverse(entry, entry_date=day, actor=None, now=NOW)
        except (KeyTaken, ReversalRefused):
            assert entry.pk in self.reversed
        except PeriodClosed:
            assert day <= self.closed_until
        else:
            fresh = entry.pk not in self.reversed
            assert JournalEntry.objects.count() == before + fresh
            if fresh:
                self.reversed.add(entry.pk)
                self.count([Line(p.account_id, p.amount_minor) for p in back.postings.all()], day)

    @rule(
        entry=entries,
        statement=st.sampled_from(["UPDATE ledger_posting SET amount_minor = 7", "DELETE FROM ledger_posting"]),
    )
    def change_what_is_posted(self, entry: JournalEntry, statement: str) -> None:
        """L5: nobody changes a line."""
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE entry_id = %s", [entry.pk])

    @rule()
    def close_the_next_month(self) -> None:
        period = Period.objects.open().filter(book__code=GENERAL).first()
        if period is not None and period.ends_date < DAY - timedelta(days=180):
            close_period(period, actor=None, now=NOW)
            self.closed_until = period.ends_date

    def count(self, lines: list[Line], day: date) -> None:
        for line in lines:
            self.sums[line.account_id, day] += line.amount_minor

    # --- What always holds

    @invariant()
    def balances_are_the_sums(self) -> None:
        """L4: the balance column is the fold of the lines."""
        if not hasattr(self, "books"):
            return
        expected: dict[int, int] = defaultdict(int)
        for (account, _day), amount in self.sums.items():
            expected[account] += amount
        stands = {line.account.pk: line.balance_minor for line in trial_balance(GENERAL)}
        assert stands == {account: expected[account] for account, _day in self.sums}
        assert sum(stands.values()) == 0
        assert all(
            not row["sum"] for row in Posting.objects.values("entry").annotate(sum=Sum("amount_minor")).order_by()
        )

    @rule(day=DAYS, code=st.sampled_from([*CODES, "3000"]))
    def look_at_a_day(self, day: date, code: str) -> None:
        account = LedgerAccount.objects.select_related("book").get(pk=self.books.pounds[code].pk)
        assert balance_at(account, day) == sum(
            amount for (pk, on), amount in self.sums.items() if pk == account.pk and on <= day
        )

    @rule()
    def prove_the_book(self) -> None:
        proof = verify(GENERAL)
        assert isinstance(proof, Verified)
        assert proof.entries == Book.objects.get(code=GENERAL).head_position == JournalEntry.objects.count()


def test_a_book_says_what_plain_sums_say() -> None:
    run_state_machine_as_test(Ledger, settings=settings(max_examples=25, stateful_step_count=25))
