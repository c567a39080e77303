"""A book as a Beancount file: another program, written by others, adds it up again and says whether it agrees.

Every account that moved ends with a `balance` line of what it stands at here, with no tolerance: a reader that comes to
another sum refuses the file. Amounts are written in the currency's own decimals (ISO 4217, as Babel has them).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from babel.numbers import get_currency_precision
from django.utils.translation import override

from tradewind.crm.ledger.models import AccountKind, JournalEntry, LedgerAccount, Posting

ROOTS: Final = {
    AccountKind.ASSET: "Assets",
    AccountKind.LIABILITY: "Liabilities",
    AccountKind.EQUITY: "Equity",
    AccountKind.INCOME: "Income",
    AccountKind.EXPENSE: "Expenses",
    AccountKind.STATISTICAL: "Equity:Statistical",
}
AT_ONCE: Final = 2_000


def beancount(code: str) -> Iterator[str]:
    """The lines of a book, from its accounts over its entries to its balances. Source: beancount.github.io/docs."""
    accounts = list(LedgerAccount.objects.in_book(code).with_balance().order_by("code", "holder", "currency"))
    yield f'option "title" "Tradewind, book {code}"'
    for currency in sorted({account.currency for account in accounts}):
        yield f'option "operating_currency" "{currency}"'
    yield from _opened(accounts)
    names = {account.pk: name_of(account) for account in accounts}
    last = date.min
    for entry, lines in _entries(code):
        last = max(last, entry.entry_date)
        yield from _entry(entry, lines, names)
    if last > date.min:
        yield from _balances(code, names, last + timedelta(days=1))


def name_of(account: LedgerAccount) -> str:
    """What Beancount calls the account."""
    holder = f":{account.holder.title()}" if account.holder else ""
    return f"{ROOTS[AccountKind(account.kind)]}{holder}:{account.code.title()}"


def amount(minor: int, currency: str) -> str:
    """
    >>> amount(-1205, "GBP"), amount(7, "JPY")
    ('-12.05 GBP', '7 JPY')
    """
    return f"{_decimal(minor, currency)} {currency}"


def _decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def _opened(accounts: list[LedgerAccount]) -> Iterator[str]:
    by_name: dict[str, list[LedgerAccount]] = defaultdict(list)
    for account in accounts:
        by_name[name_of(account)].append(account)
    for name, same in by_name.items():
        currencies = ",".join(account.currency for account in same)
        yield ""
        yield f"{min(account.opened_date for account in same)} open {name} {currencies}"
        with override("en"):
            yield f"  name: {_quoted(same[0].named())}"


def _entries(code: str) -> Iterator[tuple[JournalEntry, list[Posting]]]:
    rows, position = JournalEntry.objects.filter(book__code=code).order_by("position"), 0
    while some := list(rows.filter(position__gt=position)[:AT_ONCE]):
        lines: dict[int, list[Posting]] = defaultdict(list)
        of_some = Posting.objects.filter(entry_id__gte=some[0].pk, entry_id__lte=some[-1].pk)
        for posting in of_some.order_by("entry_id", "line"):
            lines[posting.entry_id].append(posting)
        yield from ((entry, lines[entry.pk]) for entry in some)
        position = some[-1].position


def _entry(entry: JournalEntry, lines: list[Posting], names: dict[int, str]) -> Iterator[str]:
    yield ""
    yield f"{entry.entry_date} * {_quoted(entry.kind)} {_quoted(entry.text)}"
    yield f"  number: {entry.position}"
    yield f"  key: {_quoted(entry.key)}"
    yield f'  chain: "{bytes(entry.chain).hex()}"'
    for posting in lines:
        yield f"  {names[posting.account_id]}  {amount(posting.amount_minor, posting.currency)}"


def _balances(code: str, names: dict[int, str], day: date) -> Iterator[str]:
    yield ""
    moved = LedgerAccount.objects.in_book(code).filter(balance__postings__gt=0).with_balance()
    for account in moved.order_by("code", "holder", "currency"):
        stands = _decimal(account.balance.balance_minor, account.currency)
        yield f"{day} balance {names[account.pk]}  {stands} ~ 0 {account.currency}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.split()) + '"'
