"""What accounts stand at, read from postings. Amounts are minor units of the account's currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tradewind.crm.ledger.models import FUNDS, LedgerAccount, Posting


@dataclass(frozen=True, slots=True)
class Statement:
    """An account from day to day: what it stood at, what came, what it stood at then."""

    account: LedgerAccount
    opening_minor: int
    postings: QuerySet[Posting]
    closing_minor: int


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account and what it stands at, on the side of debit or of credit; the other is 0."""

    account: LedgerAccount
    balance_minor: int

    @property
    def debit_minor(self) -> int:
        return max(self.balance_minor, 0)

    @property
    def credit_minor(self) -> int:
        return max(-self.balance_minor, 0)


def balance_at(account: LedgerAccount, day: date) -> int:
    """What the account stood at when the day ended.

    Where a book keeps the order of days this is one look into an index, however many postings there are; elsewhere the
    postings of later days are taken off what it stands at now.
    """
    of_account = Posting.objects.filter(account=account)
    if account.book.keeps_date_order:
        last = of_account.filter(entry_date__lte=day).order_by("-entry_date", "-number")
        return last.values_list("balance_after_minor", flat=True).first() or 0
    latest = of_account.order_by("-number").values_list("balance_after_minor", flat=True).first() or 0
    later = of_account.filter(entry_date__gt=day).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return latest - int(later)


def stands_at(holder: str, day: date) -> dict[str, int]:
    """What each account of a holder in `funds` stood at when the day ended, by its code: one query.

    The book keeps the order of days, so each account is one look into an index.
    """
    of_account = Posting.objects.filter(account=OuterRef("pk"), entry_date__lte=day)
    last = of_account.order_by("-entry_date", "-number").values("balance_after_minor")[:1]
    accounts = LedgerAccount.objects.in_book(FUNDS).filter(holder=holder).order_by()
    return dict(accounts.values_list("code", Coalesce(Subquery(last), 0)))


def statement(account: LedgerAccount, *, since: date, until: date) -> Statement:
    """The account from one day to another, both included; opening + postings = closing."""
    return Statement(
        account=account,
        opening_minor=balance_at(account, since - timedelta(days=1)),
        postings=Posting.objects.filter(account=account, entry_date__range=(since, until))
        .select_related("entry")
        .order_by("entry_date", "number"),
        closing_minor=balance_at(account, until),
    )


def trial_balance(book: str, *, day: date | None = None) -> Iterator[TrialLine]:
    """Every account of a book that ever moved, as it stands or as it stood when a day ended; the sum is zero."""
    accounts = LedgerAccount.objects.in_book(book).filter(balance__postings__gt=0)
    for account in accounts.with_balance().select_related("book"):
        yield TrialLine(account, account.balance.balance_minor if day is None else balance_at(account, day))
