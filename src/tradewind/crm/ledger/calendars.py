"""Periods that a book opens."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from tradewind.crm.ledger.models import Book, Period


def open_year(code: str, year: int) -> list[Period]:
    """The twelve months of a year as periods of a book; those that are there stay as they are."""
    book = Book.objects.named(code)
    months = [date(year, month, 1) for month in range(1, 13)]
    there = set(Period.objects.filter(book=book, starts_date__in=months).values_list("starts_date", flat=True))
    Period.objects.bulk_create(
        Period(book=book, starts_date=day, ends_date=day.replace(day=monthrange(year, day.month)[1]))
        for day in months
        if day not in there
    )
    return list(Period.objects.filter(book=book, starts_date__in=months))
