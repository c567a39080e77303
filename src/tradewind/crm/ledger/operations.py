"""Write into the books. Every call is one transaction, and its book is held until it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from django.utils.translation import gettext as _

from tradewind.crm.identity.models import User
from tradewind.crm.ledger.drafts import Draft, KeyTaken, Line, PeriodClosed, ReversalRefused
from tradewind.crm.ledger.heads import AT_ONCE, heads_of
from tradewind.crm.ledger.models import Book, JournalEntry, Period
from tradewind.crm.ledger.writing import Writing


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an entry stands; `is_new` unless its key had been posted before with the same content."""

    entry_id: int
    position: int
    is_new: bool = True


@transaction.atomic
def post(*, book: str, drafts: Sequence[Draft], actor: User | None, now: datetime) -> list[Posted]:
    """Post entries in this order, all or none.

    A draft whose key was posted before with the same content comes to that entry, and nothing is written for it.

    Args:
        book: `FUNDS` or `GENERAL`.
        drafts: what to post; amounts are minor units of each account's currency.
        actor: who does it; None for work that runs by itself.
        now: when it is posted; the day that counts is the draft's.

    Returns:
        One for each draft, in their order.

    Raises:
        Unbalanced: an entry does not come to zero for each currency and holder.
        KeyTaken: a key belongs to an entry with other content.
        PeriodClosed: no open period holds the day.
        AccountRefused: an account is not of the book or not open on that day.
        ReversalRefused: what is to be reversed was reversed before.
        IntegrityError: the database found a fault that nothing above did; a fault of ours.

    Source: double entry as in Luca Pacioli, Summa de arithmetica (1494), distinction 9, treatise 11.
    """
    held = Book.objects.locked(book)
    known = _known(held, drafts)
    fresh: list[tuple[Draft, bytes]] = []
    found: dict[str, Posted] = {}
    for draft in drafts:
        if draft.key in known:
            entry_id, position, digest = known[draft.key]
            _same(draft, digest)
            found.setdefault(draft.key, Posted(entry_id, position, is_new=False))
        else:
            position = held.head_position + len(fresh) + 1
            digest = draft.digest()
            known[draft.key] = (JournalEntry.id_at(held, position), position, digest)
            found[draft.key] = Posted(JournalEntry.id_at(held, position), position)
            fresh.append((draft, digest))
    if fresh:
        _hold_to_periods(held, (draft for draft, _digest in fresh))
        heads = heads_of(held, (line.account_id for draft, _digest in fresh for line in draft.lines))
        Writing(held, heads, actor=actor, now=now).write(fresh)
    return [found[draft.key] for draft in drafts]


def post_one(*, book: str, draft: Draft, actor: User | None, now: datetime) -> JournalEntry:
    """Post one entry and read it back; what `post` says of keys and refusals holds."""
    (posted,) = post(book=book, drafts=[draft], actor=actor, now=now)
    return JournalEntry.objects.get(pk=posted.entry_id)


@transaction.atomic
def reverse(
    entry: JournalEntry, *, entry_date: date, actor: User | None, now: datetime, text: str = "", key: str = ""
) -> JournalEntry:
    """Take an entry back by one that mirrors every line; both stay.

    Raises:
        ReversalRefused: it is a reversal itself, or was reversed under another key before.
        PeriodClosed: no open period holds the day.
    """
    if entry.reverses_id is not None:
        raise ReversalRefused(_("A reversal is not taken back; post the entry again."))
    lines = entry.postings.order_by("line").values_list("account_id", "amount_minor", "text")
    draft = Draft(
        key=key or f"reversal:{entry.position}",
        entry_date=entry_date,
        kind="reversal",
        text=text,
        lines=tuple(Line(account, -amount, said) for account, amount, said in lines),
        reverses=entry,
    )
    done = JournalEntry.objects.filter(reverses=entry).values_list("key", flat=True).first()
    if done is not None and done != draft.key:
        raise ReversalRefused(_("The entry was reversed already."))
    return post_one(book=entry.book.code, draft=draft, actor=actor, now=now)


@transaction.atomic
def close_period(period: Period, *, actor: User | None, now: datetime) -> None:
    """Let no entry be dated in the period any more; what is closed already stays as it is.

    Raises:
        PeriodClosed: an earlier period of the book is open.
    """
    Book.objects.select_for_update().get(pk=period.book_id)
    earlier = Period.objects.open().filter(book=period.book_id, starts_date__lt=period.starts_date)
    if earlier.exists():
        raise PeriodClosed(_("Close the earlier periods first."))
    Period.objects.open().filter(pk=period.pk).update(closed_at=now, closed_by=actor)
    period.refresh_from_db()


def _known(book: Book, drafts: Sequence[Draft]) -> dict[str, tuple[int, int, bytes]]:
    """The entries that have one of the keys: id, position, digest of content."""
    found: dict[str, tuple[int, int, bytes]] = {}
    for some in batched((draft.key for draft in drafts), AT_ONCE):
        rows = JournalEntry.objects.filter(book=book, key__in=some).order_by()
        for key, entry_id, position, digest in rows.values_list("key", "id", "position", "content_digest"):
            found[key] = (entry_id, position, bytes(digest))
    return found


def _same(draft: Draft, digest: bytes) -> None:
    if draft.digest() != digest:
        raise KeyTaken(_("“%(key)s” was posted before with other content.") % {"key": draft.key})


def _hold_to_periods(book: Book, drafts: Iterable[Draft]) -> None:
    last = JournalEntry.objects.filter(book=book, position=book.head_position).values_list("entry_date", flat=True)
    before = last.first() if book.keeps_date_order else None
    open_periods = list(Period.objects.open().filter(book=book).values_list("starts_date", "ends_date"))
    good: set[date] = set()
    for draft in drafts:
        day = draft.entry_date
        if before is not None and day < before:
            raise PeriodClosed(_("An entry of a later day, %(day)s, is there already.") % {"day": before})
        before = day if book.keeps_date_order else None
        if day not in good and not any(starts <= day <= ends for starts, ends in open_periods):
            raise PeriodClosed(_("No open period holds %(day)s.") % {"day": day})
        good.add(day)
