"""Prove a book again from its stored rows alone: chain, balances and every law that the guards hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Exists, Max, OuterRef

from tradewind.crm.ledger.chain import chained
from tradewind.crm.ledger.drafts import Draft, Line, Unbalanced
from tradewind.crm.ledger.models import GENESIS, Book, JournalEntry, LedgerAccount, Period, Posting

AT_ONCE: Final = 2_000
"""Entries that are read at a time."""

type Progress = Callable[[int, int], None]
"""Called with the entries proved so far and those there were at the start."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Every entry up to the head is as it was posted."""

    book: str
    entries: int
    postings: int
    chain: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was posted, and what is wrong with it."""

    book: str
    position: int
    why: str

    def __str__(self) -> str:
        return f"book {self.book}, entry {self.position}: {self.why}"


class Fault(Exception):  # noqa: N818 - found in rows, not raised at anybody
    """What is wrong with the entry at hand."""


@dataclass(slots=True)
class Stand:
    number: int = 0
    balance_minor: int = 0


def verify(code: str, *, progress: Progress = lambda _done, _all: None) -> Verified | Broken:
    """Read a book from its first entry to the head that it has now, and fold it again.

    Reads in small pieces and holds nothing, so others go on posting meanwhile.

    Args:
        code: `FUNDS` or `GENERAL`; a book that nobody opened is proved to be empty.
        progress: told after each piece.

    Returns:
        `Verified`, or `Broken` with the first wrong row in the order of the book.
    """
    book = Book.objects.filter(code=code).first()
    if book is None:
        return Verified(code, 0, 0, GENESIS.hex())
    return _Proof(book).run(progress)


@dataclass(slots=True)
class _Proof:
    book: Book
    position: int = 0
    chain: bytes = GENESIS
    postings: int = 0
    stands: dict[int, Stand] = field(default_factory=lambda: defaultdict(Stand))
    accounts: dict[int, LedgerAccount] = field(default_factory=dict)
    periods: Sequence[tuple[date, date]] = ()
    last_date: date = date.min

    def run(self, progress: Progress) -> Verified | Broken:
        head = self.book.head_position
        try:
            for entry, lines in self._entries():
                self._prove(entry, lines)
                if self.position % AT_ONCE == 0:
                    progress(self.position, head)
            self._prove_the_end()
        except Fault as fault:
            return Broken(self.book.code, self.position + 1, str(fault))
        return Verified(self.book.code, self.position, self.postings, self.chain.hex())

    def _entries(self) -> Iterator[tuple[JournalEntry, list[Posting]]]:
        rows = JournalEntry.objects.filter(book=self.book, position__lte=self.book.head_position)
        rows = rows.order_by("position").select_related("reverses")
        while some := list(rows.filter(position__gt=self.position)[:AT_ONCE]):
            self._read_accounts()
            lines: dict[int, list[Posting]] = defaultdict(list)
            of_some = Posting.objects.filter(entry_id__gte=some[0].pk, entry_id__lte=some[-1].pk)
            for posting in of_some.order_by("entry_id", "line", "id"):
                lines[posting.entry_id].append(posting)
            for entry in some:
                yield entry, lines[entry.pk]

    def _read_accounts(self) -> None:
        """Once more for each piece: others may open accounts and periods meanwhile."""
        self.accounts = {account.pk: account for account in LedgerAccount.objects.filter(book=self.book)}
        self.periods = list(Period.objects.filter(book=self.book).values_list("starts_date", "ends_date"))

    def _prove(self, entry: JournalEntry, lines: list[Posting]) -> None:
        if entry.position != self.position + 1:
            raise Fault(f"it is gone, and entry {entry.position} is there")
        self._prove_day(entry)
        draft = self._draft(entry, lines)
        for place, posting in enumerate(lines, start=1):
            self._prove_line(entry, posting, place)
        sides = {pk: (account.currency, account.holder) for pk, account in self.accounts.items()}
        try:
            draft.check(sides)
        except Unbalanced as unbalanced:
            raise Fault(str(unbalanced)) from unbalanced
        self._prove_chain(entry, lines)
        if draft.digest() != bytes(entry.content_digest):
            raise Fault("the digest of its content is not that of its lines")
        self.position, self.chain, self.last_date = entry.position, bytes(entry.chain), entry.entry_date
        self.postings += len(lines)

    def _draft(self, entry: JournalEntry, lines: list[Posting]) -> Draft:
        """What was asked for, as the rows tell it."""
        said = tuple(Line(row.account_id, row.amount_minor, row.text) for row in lines)
        return Draft(entry.key, entry.entry_date, entry.kind, said, entry.text, entry.reverses)

    def _prove_day(self, entry: JournalEntry) -> None:
        if not any(starts <= entry.entry_date <= ends for starts, ends in self.periods):
            raise Fault(f"no period holds {entry.entry_date}")
        if self.book.keeps_date_order and entry.entry_date < self.last_date:
            raise Fault(f"its day, {entry.entry_date}, lies before that of the entry before it")

    def _prove_line(self, entry: JournalEntry, posting: Posting, place: int) -> None:
        account = self.accounts.get(posting.account_id)
        if account is None:
            raise Fault(f"posting {posting.pk} is in an account of another book")
        said = (posting.line, posting.currency, posting.entry_date)
        if said != (place, account.currency, entry.entry_date):
            raise Fault(f"posting {posting.pk} has another line, currency or day than its entry and account")
        stand = self.stands[account.pk]
        stand.number += 1
        stand.balance_minor += posting.amount_minor
        if posting.number != stand.number:
            raise Fault(f"posting {posting.pk} is number {posting.number} of its account, where {stand.number} is next")
        if posting.balance_after_minor != stand.balance_minor:
            raise Fault(
                f"posting {posting.pk} says that its account stands at {posting.balance_after_minor} after it; "
                f"its postings come to {stand.balance_minor}"
            )

    def _prove_chain(self, entry: JournalEntry, lines: list[Posting]) -> None:
        if bytes(entry.previous_chain) != self.chain:
            raise Fault("it is chained to another entry than the one before it")
        chain = chained(
            self.chain,
            book=self.book.code,
            position=entry.position,
            entry_date=entry.entry_date,
            posted_at=entry.posted_at,
            posted_by=entry.posted_by_id,
            kind=entry.kind,
            text=entry.text,
            key=entry.key,
            reverses=entry.reverses.position if entry.reverses else None,
            lines=[
                (self.accounts[row.account_id].key, row.amount_minor, row.number, row.balance_after_minor, row.text)
                for row in lines
            ],
        )
        if bytes(entry.chain) != chain:
            raise Fault("its content is not what it was chained with")

    def _prove_the_head(self) -> None:
        """In one look, so that an entry that is posted meanwhile and the head that goes on to it are seen together."""
        book = Book.objects.filter(pk=self.book.pk).annotate(last=Max("entries__position"))
        head, last = book.values_list("head_position", "last").get()
        if (last or 0) > head:
            self.position = head
            raise Fault(f"the head of the book does not know of it: that is entry {head}")

    def _prove_the_end(self) -> None:
        self._prove_the_head()
        if self.position < self.book.head_position:
            raise Fault(f"entries up to {self.book.head_position} were posted and are gone")
        if self.chain != bytes(self.book.head_chain):
            raise Fault("the head of the book is another entry than its last")
        of_book = Posting.objects.filter(account__book=self.book)
        orphan = of_book.exclude(Exists(JournalEntry.objects.filter(pk=OuterRef("entry_id")))).first()
        if orphan is not None:
            raise Fault(f"posting {orphan.pk} belongs to no entry")
