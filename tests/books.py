"""Books for tests: open periods, some accounts, and what takes the guards off where a whole database is emptied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection, transaction

from tradewind.crm.ledger import guards
from tradewind.crm.ledger.calendars import open_year
from tradewind.crm.ledger.charts import NEUTRAL, open_chart
from tradewind.crm.ledger.drafts import Draft, Line
from tradewind.crm.ledger.models import GENERAL, Book, JournalEntry, LedgerAccount, Period, Posting
from tradewind.crm.ledger.operations import post_one

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = NOW.date()


@dataclass(frozen=True, slots=True)
class General:
    """The general book with the neutral chart, in pounds and lei."""

    pounds: dict[str, LedgerAccount]
    lei: dict[str, LedgerAccount]

    def sale(self, key: str, amount_minor: int, *, day: date = DAY, text: str = "") -> Draft:
        """A partner is billed."""
        lines = (
            Line(self.pounds["1100"].pk, amount_minor),
            Line(self.pounds["4000"].pk, -amount_minor),
        )
        return Draft(key=key, entry_date=day, kind="sale", lines=lines, text=text)

    def sell(self, key: str, amount_minor: int, *, day: date = DAY) -> JournalEntry:
        return post_one(book=GENERAL, draft=self.sale(key, amount_minor, day=day), actor=None, now=NOW)


def general() -> General:
    open_year(GENERAL, 2026)
    pounds, lei = (
        {account.code: account for account in open_chart(NEUTRAL, currency=currency, opened_date=date(2026, 1, 1))}
        for currency in ("GBP", "RON")
    )
    return General(pounds, lei)


@contextmanager
def unguarded() -> Iterator[None]:
    """What only the owner of the database can do: the guards are off, and on again afterwards."""
    with connection.schema_editor(atomic=False) as editor:
        guards.remove(None, editor)
    try:
        yield
    finally:
        with connection.schema_editor(atomic=False) as editor:
            guards.install(None, editor)


def burn() -> None:
    """Empty the books, so that a database of which transactions were committed can be emptied as Django does it."""
    with unguarded(), transaction.atomic():
        Posting.objects.all().delete()
        JournalEntry.objects.filter(reverses__isnull=False).delete()
        JournalEntry.objects.all().delete()
        for model in (Period, LedgerAccount, Book):
            model._default_manager.all().delete()
