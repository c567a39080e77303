"""What both databases answer where they refuse, and the view that both have."""

from __future__ import annotations

from typing import Final

SEALED: Final = "ledger: the entry is sealed"
ACCOUNT: Final = "ledger: the account is not open on that day, or has another currency"
BALANCE: Final = "ledger: the balance does not go on from the posting before"
WHOLE: Final = "ledger: money is whole minor units"
ORDER: Final = "ledger: the entry does not follow the one before"
UNBALANCED: Final = "ledger: the entry does not balance for each currency and holder"
LINES: Final = "ledger: an entry has two lines or more, of its own day and book"
PERIOD: Final = "ledger: no open period holds that day"
REVERSAL: Final = "ledger: a reversal takes back every line of what it reverses"
KEPT: Final = "ledger: what is posted is never changed or deleted"
ACCOUNT_KEPT: Final = "ledger: an account is renamed or closed, nothing else"
PERIOD_KEPT: Final = "ledger: a closed period stays closed, and periods do not overlap"
BOOK_KEPT: Final = "ledger: the head of a book goes on to its last entry, nothing else"

VIEW: Final = """
CREATE VIEW ledger_balance AS
SELECT a.id AS account_id, coalesce(p.number, 0) AS postings, coalesce(p.balance_after_minor, 0) AS balance_minor
FROM ledger_ledgeraccount a
LEFT JOIN ledger_posting p ON p.account_id = a.id
    AND p.number = (SELECT max(q.number) FROM ledger_posting q WHERE q.account_id = a.id)
"""
