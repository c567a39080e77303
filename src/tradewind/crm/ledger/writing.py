"""Drafts into rows: numbers, balances and chain, then two statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from tradewind.crm.identity.models import User
from tradewind.crm.ledger import rows
from tradewind.crm.ledger.chain import ChainedLine, chained
from tradewind.crm.ledger.drafts import Draft
from tradewind.crm.ledger.heads import Head
from tradewind.crm.ledger.models import Book, JournalEntry, Posting

POSTING: Final = (
    "entry_id", "line", "account_id", "currency", "amount_minor", "entry_date", "number", "balance_after_minor", "text",
)  # fmt: skip
ENTRY: Final = (
    "id", "book_id", "position", "entry_date", "posted_at", "posted_by_id", "kind", "text", "key", "content_digest",
    "reverses_id", "previous_chain", "chain",
)  # fmt: skip


class Writing:
    """One call's rows of a book that this transaction holds."""

    def __init__(self, book: Book, heads: Mapping[int, Head], *, actor: User | None, now: datetime) -> None:
        self.book, self.heads, self.now = book, heads, now
        self.actor_id = actor.pk if actor else None
        self.sides = {account: (head.currency, head.holder) for account, head in heads.items()}
        self.position, self.chain = book.head_position, bytes(book.head_chain)
        self.postings: list[rows.Values] = []
        self.entries: list[rows.Values] = []
        self.at: Any = connection.ops.adapt_datetimefield_value(now)
        self.days: dict[date, Any] = {}

    def write(self, drafts: Sequence[Draft]) -> None:
        """Postings first: an entry seals those that are there for it, and takes no more.

        Raises:
            Unbalanced, AccountRefused: as `operations.post` says.
        """
        for draft in drafts:
            self._add(draft)
        rows.insert(Posting, POSTING, self.postings)
        rows.insert(JournalEntry, ENTRY, self.entries)

    def _add(self, draft: Draft) -> None:
        draft.check(self.sides)
        self.position += 1
        entry_id = JournalEntry.id_at(self.book, self.position)
        day = self._day(draft.entry_date)
        lines = [self._line(entry_id, number, draft, day) for number in range(len(draft.lines))]
        previous = self.chain
        self.chain = chained(
            previous,
            book=self.book.code,
            position=self.position,
            entry_date=draft.entry_date,
            posted_at=self.now,
            posted_by=self.actor_id,
            kind=draft.kind,
            text=draft.text,
            key=draft.key,
            reverses=draft.reverses.position if draft.reverses else None,
            lines=lines,
        )
        reverses = draft.reverses.pk if draft.reverses else None
        self.entries.append(
            (entry_id, self.book.pk, self.position, day, self.at, self.actor_id, draft.kind, draft.text, draft.key,
             draft.digest(), reverses, previous, self.chain)
        )  # fmt: skip

    def _line(self, entry_id: int, place: int, draft: Draft, day: Any) -> ChainedLine:
        line = draft.lines[place]
        head = self.heads[line.account_id]
        number, balance = head.go_on(line.amount_minor, draft.entry_date)
        self.postings.append(
            (entry_id, place + 1, line.account_id, head.currency, line.amount_minor, day, number, balance, line.text)
        )
        return head.key, line.amount_minor, number, balance, line.text

    def _day(self, day: date) -> Any:
        """The day as the database takes it."""
        if day not in self.days:
            self.days[day] = connection.ops.adapt_datefield_value(day)
        return self.days[day]
