"""Triggers of SQLite. They also see `INSERT OR REPLACE`, which deletes without asking the triggers of DELETE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tradewind.crm.ledger.guards import words


def refusing(*cases: tuple[str, str]) -> str:
    """A statement that refuses in the first case that holds."""
    whens = " ".join(f"WHEN {case} THEN RAISE(ABORT, '{why}')" for case, why in cases)
    return f"SELECT CASE {whens} END;"


def trigger(name: str, when: str, *cases: tuple[str, str]) -> tuple[str, str]:
    return name, f"CREATE TRIGGER {name} {when} BEGIN {refusing(*cases)} END"


def kept(table: str, why: str = words.KEPT) -> Sequence[tuple[str, str]]:
    """Neither UPDATE nor DELETE, of any row."""
    return (
        trigger(f"{table}_is_never_changed", f"BEFORE UPDATE ON {table}", ("true", why)),
        trigger(f"{table}_is_never_deleted", f"BEFORE DELETE ON {table}", ("true", why)),
    )


_IN_ACCOUNT: Final = "FROM ledger_posting WHERE account_id = NEW.account_id"

POSTING: Final = trigger(
    "ledger_posting_fits",
    "BEFORE INSERT ON ledger_posting",
    ("EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = NEW.entry_id)", words.SEALED),
    ("NEW.id > 0 AND EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.id)", words.KEPT),
    ("typeof(NEW.amount_minor) <> 'integer' OR typeof(NEW.balance_after_minor) <> 'integer'", words.WHOLE),
    (f"EXISTS (SELECT 1 {_IN_ACCOUNT} AND number = NEW.number)", words.BALANCE),
    (
        "CASE NEW.number WHEN 1 THEN NEW.balance_after_minor <> NEW.amount_minor ELSE "
        f"(SELECT balance_after_minor {_IN_ACCOUNT} AND number = NEW.number - 1) "
        "IS NOT NEW.balance_after_minor - NEW.amount_minor END",
        words.BALANCE,
    ),
)

_ENTRIES: Final = "FROM ledger_journalentry WHERE book_id = NEW.book_id"
_OF_ENTRY: Final = (
    "SELECT count(*) AS lines, sum(p.amount_minor) AS off_by, "
    "sum(p.entry_date <> NEW.entry_date OR a.book_id <> NEW.book_id) AS strange, "
    "sum(a.currency <> p.currency OR a.opened_date > p.entry_date "
    "OR coalesce(a.closed_date < p.entry_date, 0)) AS refused "
    "FROM ledger_posting p JOIN ledger_ledgeraccount a ON a.id = p.account_id WHERE p.entry_id = NEW.id "
    "GROUP BY a.currency, a.holder"
)
_LINES: Final = refusing(
    ("coalesce(sum(lines), 0) < 2 OR sum(strange) > 0", words.LINES),
    ("sum(refused) > 0", words.ACCOUNT),
    ("sum(off_by <> 0) > 0", words.UNBALANCED),
).replace(";", f" FROM ({_OF_ENTRY});")
_PLACE: Final = refusing(
    (
        f"NEW.position <> 1 AND NOT EXISTS (SELECT 1 {_ENTRIES} AND position = NEW.position - 1 "
        "AND chain = NEW.previous_chain AND (entry_date <= NEW.entry_date "
        "OR NOT (SELECT keeps_date_order FROM ledger_book WHERE id = NEW.book_id)))",
        words.ORDER,
    ),
    ("NEW.position = 1 AND NEW.previous_chain IS NOT zeroblob(32)", words.ORDER),
    ("EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = NEW.id)", words.KEPT),
    (f"EXISTS (SELECT 1 {_ENTRIES} AND key = NEW.key)", words.KEPT),
    (
        "NEW.reverses_id IS NOT NULL AND "
        "EXISTS (SELECT 1 FROM ledger_journalentry WHERE reverses_id = NEW.reverses_id)",
        words.KEPT,
    ),
    (
        "NOT EXISTS (SELECT 1 FROM ledger_period WHERE book_id = NEW.book_id AND closed_at IS NULL "
        "AND starts_date <= NEW.entry_date AND ends_date >= NEW.entry_date)",
        words.PERIOD,
    ),
    (
        "NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_posting WHERE entry_id IN (NEW.id, "
        "NEW.reverses_id) GROUP BY account_id HAVING sum(amount_minor) <> 0)",
        words.REVERSAL,
    ),
)
ENTRY: Final = (
    "ledger_journalentry_fits",
    f"CREATE TRIGGER ledger_journalentry_fits BEFORE INSERT ON ledger_journalentry BEGIN {_PLACE} {_LINES} END",
)

ACCOUNT: Final = (
    trigger(
        "ledger_ledgeraccount_is_new",
        "BEFORE INSERT ON ledger_ledgeraccount",
        (
            "EXISTS (SELECT 1 FROM ledger_ledgeraccount WHERE id = NEW.id OR (book_id = NEW.book_id "
            "AND holder = NEW.holder AND code = NEW.code AND currency = NEW.currency))",
            words.ACCOUNT_KEPT,
        ),
    ),
    trigger(
        "ledger_ledgeraccount_keeps_what_it_is",
        "BEFORE UPDATE ON ledger_ledgeraccount",
        (
            "(NEW.id, NEW.book_id, NEW.code, NEW.holder, NEW.currency, NEW.kind, NEW.opened_date) <> "
            "(OLD.id, OLD.book_id, OLD.code, OLD.holder, OLD.currency, OLD.kind, OLD.opened_date)",
            words.ACCOUNT_KEPT,
        ),
    ),
    trigger("ledger_ledgeraccount_is_kept", "BEFORE DELETE ON ledger_ledgeraccount", ("true", words.ACCOUNT_KEPT)),
)

PERIOD: Final = (
    trigger(
        "ledger_period_is_new",
        "BEFORE INSERT ON ledger_period",
        (
            "EXISTS (SELECT 1 FROM ledger_period WHERE id = NEW.id OR (book_id = NEW.book_id "
            "AND starts_date <= NEW.ends_date AND ends_date >= NEW.starts_date))",
            words.PERIOD_KEPT,
        ),
    ),
    trigger(
        "ledger_period_stays_closed",
        "BEFORE UPDATE ON ledger_period",
        (
            "OLD.closed_at IS NOT NULL OR (NEW.id, NEW.book_id, NEW.starts_date, NEW.ends_date) <> "
            "(OLD.id, OLD.book_id, OLD.starts_date, OLD.ends_date)",
            words.PERIOD_KEPT,
        ),
    ),
    trigger("ledger_period_is_kept", "BEFORE DELETE ON ledger_period", ("true", words.PERIOD_KEPT)),
)

BOOK: Final = (
    trigger(
        "ledger_book_is_new",
        "BEFORE INSERT ON ledger_book",
        (
            "NEW.head_position <> 0 OR EXISTS (SELECT 1 FROM ledger_book WHERE id = NEW.id OR code = NEW.code)",
            words.BOOK_KEPT,
        ),
    ),
    trigger(
        "ledger_book_goes_on",
        "BEFORE UPDATE ON ledger_book",
        (
            "(NEW.id, NEW.code, NEW.keeps_date_order) <> (OLD.id, OLD.code, OLD.keeps_date_order) "
            "OR NEW.head_position < OLD.head_position OR NOT EXISTS (SELECT 1 FROM ledger_journalentry "
            "WHERE book_id = NEW.id AND position = NEW.head_position AND chain = NEW.head_chain)",
            words.BOOK_KEPT,
        ),
    ),
    trigger("ledger_book_is_kept", "BEFORE DELETE ON ledger_book", ("true", words.BOOK_KEPT)),
)

TRIGGERS: Final = dict(
    (POSTING, ENTRY, *kept("ledger_posting"), *kept("ledger_journalentry"), *ACCOUNT, *PERIOD, *BOOK)
)
NAMES: Final = (*TRIGGERS, "ledger_balance")
INSTALL: Final = (*TRIGGERS.values(), words.VIEW)
DROP: Final = "DROP TRIGGER {name}"
STANDING: Final = (
    "SELECT name, CASE type WHEN 'trigger' THEN tbl_name ELSE '' END FROM sqlite_schema "
    "WHERE type IN ('trigger', 'view') AND (tbl_name LIKE 'ledger\\_%' ESCAPE '\\')"
)
