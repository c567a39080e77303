"""Double entry: what was granted, held and paid, in whole minor units, for ever.

Nouns: Book (`funds`, which counts, and `general`, which accounts), LedgerAccount (one currency; its holder where it
belongs to a fund), Period, JournalEntry, Posting (one line of an entry; debit is positive, credit negative), Draft (an
entry before it is posted).
Invariants, all held by the database itself (`guards`), on SQLite and PostgreSQL: an entry balances for each currency
and holder or does not exist; nothing that is posted is changed or deleted, a correction is a reversal; entries of a
book have no gap and each is chained to the one before; every posting carries the balance of its account after it; a
closed period takes no entry. Statements are views over postings and are never stored.
Rooms above write with `operations` (`post`, `reverse`, `close_period`), read with `statements`; `verify` proves all of
it again from the stored rows, and `beancount` writes a book for another judge.
"""
