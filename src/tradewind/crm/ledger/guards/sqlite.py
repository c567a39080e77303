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


_LAST: Final = "(SELECT {column} FROM ledger_posting WHERE account_id = NEW.account_id ORDER BY number DESC LIMIT 1)"
_HOLDS_DAY: Final = (
    "(SELECT 1 FROM ledger_ledgeraccount WHERE id = NEW.account_id AND currency = NEW.currency "
    "AND opened_date <= NEW.entry_date AND (closed_date IS NULL OR closed_date >= NEW.entry_date))"
)
_OF_ENTRY: Final = "FROM ledger_posting p JOIN ledger_ledgeraccount a ON a.id = p.account_id WHERE p.entry_id = NEW.id"
_HEAD: Final = "FROM ledger_journalentry WHERE book_id = NEW.book_id"

POSTING: Final = trigger(
    "ledger_posting_fits",
    "BEFORE INSERT ON ledger_posting",
    ("EXISTS (SELECT 1 FROM ledger_journalentry WHERE id = NEW.entry_id)", words.SEALED),
    ("EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.id)", words.KEPT),
    ("typeof(NEW.amount_minor) <> 'integer' OR typeof(NEW.balance_after_minor) <> 'integer'", words.WHOLE),
    (f"NOT EXISTS {_HOLDS_DAY}", words.ACCOUNT),
    (f"NEW.number <> 1 + coalesce({_LAST.format(column='number')}, 0)", words.BALANCE),
    (
        f"NEW.balance_after_minor <> NEW.amount_minor + coalesce({_LAST.format(column='balance_after_minor')}, 0)",
        words.BALANCE,
    ),
)

ENTRY: Final = trigger(
    "ledger_journalentry_fits",
    "BEFORE INSERT ON ledger_journalentry",
    (f"NEW.position <> 1 + coalesce((SELECT max(position) {_HEAD}), 0)", words.ORDER),
    (
        f"NEW.previous_chain IS NOT coalesce((SELECT chain {_HEAD} AND position = NEW.position - 1), zeroblob(32))",
        words.ORDER,
    ),
    (f"EXISTS (SELECT 1 {_HEAD} AND key = NEW.key)", words.KEPT),
    ("EXISTS (SELECT 1 FROM ledger_journalentry WHERE reverses_id = NEW.reverses_id)", words.KEPT),
    (
        "(SELECT keeps_date_order FROM ledger_book WHERE id = NEW.book_id) AND "
        f"NEW.entry_date < (SELECT entry_date {_HEAD} AND position = NEW.position - 1)",
        words.ORDER,
    ),
    (f"(SELECT count(*) {_OF_ENTRY} AND p.entry_date = NEW.entry_date AND a.book_id = NEW.book_id) < 2", words.LINES),
    (f"EXISTS (SELECT 1 {_OF_ENTRY} AND (p.entry_date <> NEW.entry_date OR a.book_id <> NEW.book_id))", words.LINES),
    (f"EXISTS (SELECT 1 {_OF_ENTRY} GROUP BY a.currency, a.holder HAVING sum(p.amount_minor) <> 0)", words.UNBALANCED),
    (
        "NOT EXISTS (SELECT 1 FROM ledger_period WHERE book_id = NEW.book_id AND closed_at IS NULL "
        "AND NEW.entry_date BETWEEN starts_date AND ends_date)",
        words.PERIOD,
    ),
    (
        "NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_posting WHERE entry_id IN (NEW.id, "
        "NEW.reverses_id) GROUP BY account_id HAVING sum(amount_minor) <> 0)",
        words.REVERSAL,
    ),
)

HEAD: Final = (
    "ledger_journalentry_is_the_head",
    "CREATE TRIGGER ledger_journalentry_is_the_head AFTER INSERT ON ledger_journalentry BEGIN "
    "UPDATE ledger_book SET head_position = NEW.position, head_chain = NEW.chain WHERE id = NEW.book_id; END",
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
    (POSTING, ENTRY, HEAD, *kept("ledger_posting"), *kept("ledger_journalentry"), *ACCOUNT, *PERIOD, *BOOK)
)
NAMES: Final = (*TRIGGERS, "ledger_balance")
INSTALL: Final = (*TRIGGERS.values(), words.VIEW)
REMOVE: Final = (*(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS), "DROP VIEW IF EXISTS ledger_balance")
STANDING: Final = (
    "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') AND (tbl_name LIKE 'ledger\\_%' ESCAPE '\\')"
)
