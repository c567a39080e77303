"""What the ledger remembers."""

from tradewind.crm.ledger.models.account import AccountBalance, AccountKind, LedgerAccount
from tradewind.crm.ledger.models.book import FUNDS, GENERAL, GENESIS, Book
from tradewind.crm.ledger.models.entry import JournalEntry, Posting
from tradewind.crm.ledger.models.period import Period

__all__ = [
    "FUNDS",
    "GENERAL",
    "GENESIS",
    "AccountBalance",
    "AccountKind",
    "Book",
    "JournalEntry",
    "LedgerAccount",
    "Period",
    "Posting",
]
