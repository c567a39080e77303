"""Who sees the books: finance and administrators. A fund's own statement is shown by whoever may see the fund."""

from __future__ import annotations

from tradewind.crm.access import register, whoever_has
from tradewind.crm.identity.models import Role
from tradewind.crm.ledger.models import AccountBalance, Book, JournalEntry, LedgerAccount, Period, Posting

for model in (AccountBalance, Book, JournalEntry, LedgerAccount, Period, Posting):
    register(model, whoever_has(Role.FINANCE, Role.ADMINISTRATOR))
