"""Charts of accounts as data: a neutral one and the Romanian one (OMFP 1802/2014), for an accountant to approve.

Each is a table of code, kind, name and name in Romanian; the codes of the Romanian chart are those of the order.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from tradewind.crm.ledger.models import GENERAL, AccountKind, Book, LedgerAccount

NEUTRAL: Final = "neutral"
ROMANIAN: Final = "romanian"


@dataclass(frozen=True, slots=True)
class ChartLine:
    code: str
    kind: AccountKind
    name: str
    name_ro: str


def chart(name: str) -> Iterator[ChartLine]:
    """The accounts of a chart, in its order.

    >>> next(line.name for line in chart(ROMANIAN) if line.code == "408")
    'Suppliers, invoices to come'
    """
    table = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        yield ChartLine(row["code"], AccountKind(row["kind"]), row["name"], row["name_ro"])


def open_chart(name: str, *, currency: str, opened_date: date) -> list[LedgerAccount]:
    """The accounts of a chart in the general book, in one currency (ISO 4217); those there are stay as they are."""
    book = Book.objects.named(GENERAL)
    lines = list(chart(name))
    there = set(
        LedgerAccount.objects.filter(book=book, holder="", currency=currency).values_list("code", flat=True).order_by()
    )
    LedgerAccount.objects.bulk_create(
        LedgerAccount(
            book=book,
            code=line.code,
            currency=currency,
            kind=line.kind,
            name=line.name,
            name_ro=line.name_ro,
            opened_date=opened_date,
        )
        for line in lines
        if line.code not in there
    )
    codes = [line.code for line in lines]
    return list(LedgerAccount.objects.filter(book=book, holder="", currency=currency, code__in=codes))
