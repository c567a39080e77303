"""Drafts into rows: numbers, balances and chain, then two statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        self.first_id = JournalEntry.id_at(book, 0)

    def write(self, drafts: Iterable[tuple[Draft, bytes]]) -> None:
        """Postings first: an entry seals those that are there for it, and takes no more.

        Raises:
            Unbalanced, AccountRefused: as `operations.post` says.
        """
        for draft, digest in drafts:
            self._add(draft, digest)
        rows.insert(Posting, POSTING, self.postings)
        rows.insert(JournalEntry, ENTRY, self.entries)
        self.book.head_position, self.book.head_chain = self.position, self.chain
        self.book.save(update_fields=["head_position", "head_chain"])

    def _add(self, draft: Draft, digest: bytes) -> None:
        draft.check(self.sides)
        self.position += 1
        entry_id, previous, day = self.first_id + self.position, self.chain, self._day(draft.entry_date)
        reverses = draft.reverses
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
            reverses=reverses.position if reverses else None,
            lines=self._lines(entry_id, draft, day),
        )
        self.entries.append(
            (entry_id, self.book.pk, self.position, day, self.at, self.actor_id, draft.kind, draft.text, draft.key,
             digest, reverses.pk if reverses else None, previous, self.chain)
        )  # fmt: skip

    def _lines(self, entry_id: int, draft: Draft, day: Any) -> list[ChainedLine]:
        """Number the lines in their accounts, and keep them as rows; as the chain is told of them."""
        told: list[ChainedLine] = []
        for place, line in enumerate(draft.lines, start=1):
            head, amount, text = self.heads[line.account_id], line.amount_minor, line.text
            number, balance = head.go_on(amount, draft.entry_date)
            told.append((head.key, amount, number, balance, text))
            self.postings.append((entry_id, place, line.account_id, head.currency, amount, day, number, balance, text))
        return told

    def _day(self, day: date) -> Any:
        """The day as the database takes it."""
        if day not in self.days:
            self.days[day] = connection.ops.adapt_datefield_value(day)
        return self.days[day]
