"""Where accounts stand while entries are written: read once a call, then counted on in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any, Final

from django.utils.translation import gettext as _

from tradewind.crm.ledger.drafts import LARGEST, AccountRefused
from tradewind.crm.ledger.models import Book, LedgerAccount

AT_ONCE: Final = 900
"""Values of one `IN (…)`; SQLite takes no more than some."""

COLUMNS: Final = (
    "pk", "holder", "code", "currency", "kind", "opened_date", "closed_date", "balance__postings",
    "balance__balance_minor",
)  # fmt: skip


@dataclass(slots=True)
class Head:
    """An account's name, and the number and balance of its last posting."""

    key: str
    currency: str
    holder: str
    opened_date: date
    closed_date: date | None
    number: int
    balance_minor: int

    def go_on(self, amount_minor: int, day: date) -> tuple[int, int]:
        """Take one more posting: its number, and the balance after it in minor units.

        Raises:
            AccountRefused: the account is not open on that day, or would hold more than can be counted.
        """
        if self.opened_date > day or (self.closed_date is not None and self.closed_date < day):
            raise AccountRefused(
                _("The account %(account)s is not open on %(day)s.") % {"account": self.key, "day": day}
            )
        self.number += 1
        self.balance_minor += amount_minor
        if abs(self.balance_minor) > LARGEST:
            raise AccountRefused(_("The account %(account)s cannot hold that much.") % {"account": self.key})
        return self.number, self.balance_minor


def heads_of(book: Book, account_ids: Iterable[int]) -> Mapping[int, Head]:
    """The heads of these accounts; one that is not of the book is refused.

    Raises:
        AccountRefused: there is no such account in the book.
    """
    wanted = sorted(set(account_ids))
    found: dict[int, Head] = {}
    for some in batched(wanted, AT_ONCE):
        rows = LedgerAccount.objects.filter(pk__in=some, book=book).order_by().values_list(*COLUMNS)
        found.update((pk, _head(*values)) for pk, *values in rows)
    if len(found) < len(wanted):
        raise AccountRefused(_("An account is not of the book “%(book)s”.") % {"book": book.code})
    return found


def _head(holder: str, code: str, currency: str, kind: str, *stands: Any) -> Head:
    return Head(LedgerAccount.key_of(holder=holder, code=code, currency=currency, kind=kind), currency, holder, *stands)
