"""Triggers of PostgreSQL: one run for each statement, over all the rows that it brought.

Each holds the rows of the books concerned first, so that of two transactions the second sees what the first wrote. The
settings of the functions keep a plan that was made for few rows right for many: every look is one into an index. OFFSET
0 keeps the planner from turning a look round, which before the first ANALYZE read all of `fresh` for each stored row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tradewind.crm.ledger.guards import words


def refusing(*cases: tuple[str, str]) -> str:
    """Statements that refuse in the first case that has a row."""
    return "\n".join(
        f"IF EXISTS ({case}) THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF;"
        for case, why in cases
    )


def function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        "SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off "
        f"AS $body$ DECLARE found record; wanted bigint; BEGIN {body} RETURN NULL; END $body$"
    )


def checked(table: str, name: str, body: str) -> Sequence[str]:
    """A function and the trigger that runs it after each INSERT, with the rows as `fresh`."""
    trigger = (
        f"CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
    return function(name, body), trigger


def refused(table: str, name: str, when: str, why: str, condition: str = "true") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN ({condition}) "
        f"EXECUTE FUNCTION ledger_refuse('{why}')"
    )


def emptied(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION ledger_refuse_truncate('{words.KEPT}')"
    )


def kept(table: str) -> Sequence[str]:
    return (
        refused(table, f"{table}_is_never_changed", "UPDATE", words.KEPT),
        refused(table, f"{table}_is_never_deleted", "DELETE", words.KEPT),
        emptied(table),
    )


_REFUSE: Final = (
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
    "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END $body$"
)
_REFUSE_TRUNCATE: Final = (
    "CREATE OR REPLACE FUNCTION ledger_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $body$ "
    "DECLARE holds boolean; BEGIN "
    "EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO holds; "
    "IF holds THEN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation'; END IF; "
    "RETURN NULL; END $body$"
)

_HOLD_OF_ACCOUNTS: Final = (
    "PERFORM 1 FROM ledger_book WHERE id IN (SELECT a.book_id FROM fresh f "
    "JOIN ledger_ledgeraccount a ON a.id = f.account_id) ORDER BY id FOR UPDATE;"
)
_HOLD: Final = "PERFORM 1 FROM ledger_book WHERE id IN (SELECT book_id FROM fresh) ORDER BY id FOR UPDATE;"

POSTING: Final = checked(
    "ledger_posting",
    "ledger_posting_fits",
    _HOLD_OF_ACCOUNTS
    + refusing(
        (
            "SELECT 1 FROM fresh f CROSS JOIN LATERAL "
            "(SELECT 1 FROM ledger_journalentry WHERE id = f.entry_id OFFSET 0) AS e",
            words.SEALED,
        ),
        (
            "SELECT 1 FROM fresh f LEFT JOIN ledger_posting p "
            "ON p.account_id = f.account_id AND p.number = f.number - 1 "
            "WHERE f.balance_after_minor <> f.amount_minor + coalesce(p.balance_after_minor, 0) "
            "OR (f.number > 1 AND p.id IS NULL)",
            words.BALANCE,
        ),
    ),
)

_OF_ENTRIES: Final = (
    "SELECT f.id, count(*) AS lines, sum(p.amount_minor) AS off_by, "
    "bool_or(p.entry_date <> f.entry_date OR a.book_id <> f.book_id) AS strange, "
    "bool_or(a.currency <> p.currency OR a.opened_date > p.entry_date "
    "OR coalesce(a.closed_date < p.entry_date, false)) AS refused "
    "FROM fresh f CROSS JOIN LATERAL (SELECT * FROM ledger_posting WHERE entry_id = f.id OFFSET 0) AS p "
    "LEFT JOIN ledger_ledgeraccount a ON a.id = p.account_id "
    "GROUP BY f.id, a.currency, a.holder"
)
_SUMS: Final = (
    "SELECT coalesce(sum(lines), 0) AS lines, count(DISTINCT id) AS entries, "
    "coalesce(bool_or(strange), false) AS strange, coalesce(bool_or(refused), false) AS refused, "
    f"coalesce(bool_or(off_by <> 0), false) AS uneven FROM ({_OF_ENTRIES}) AS sides"
)
ENTRY: Final = checked(
    "ledger_journalentry",
    "ledger_journalentry_fits",
    _HOLD
    + f"SELECT * INTO found FROM ({_SUMS}) AS sums; SELECT count(*) INTO wanted FROM fresh; "
    + "".join(
        f"IF {case} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF; "
        for case, why in (
            ("found.entries < wanted OR found.lines < 2 * wanted OR found.strange", words.LINES),
            ("found.refused", words.ACCOUNT),
            ("found.uneven", words.UNBALANCED),
        )
    )
    + refusing(
        (
            "SELECT 1 FROM fresh f JOIN ledger_book b ON b.id = f.book_id LEFT JOIN ledger_journalentry e "
            "ON e.book_id = f.book_id AND e.position = f.position - 1 "
            "WHERE (f.position > 1 AND e.id IS NULL) "
            "OR f.previous_chain <> coalesce(e.chain, decode(repeat('00', 32), 'hex')) "
            "OR (b.keeps_date_order AND f.entry_date < e.entry_date)",
            words.ORDER,
        ),
        (
            "SELECT 1 FROM (SELECT DISTINCT book_id, entry_date FROM fresh) AS f WHERE NOT EXISTS ("
            "SELECT 1 FROM ledger_period d WHERE d.book_id = f.book_id AND d.closed_at IS NULL "
            "AND f.entry_date BETWEEN d.starts_date AND d.ends_date)",
            words.PERIOD,
        ),
        (
            "SELECT 1 FROM (SELECT f.id, p.account_id, p.amount_minor FROM fresh f "
            "JOIN ledger_posting p ON p.entry_id = f.id WHERE f.reverses_id IS NOT NULL "
            "UNION ALL SELECT f.id, p.account_id, p.amount_minor FROM fresh f "
            "JOIN ledger_posting p ON p.entry_id = f.reverses_id) AS both_sides "
            "GROUP BY id, account_id HAVING sum(amount_minor) <> 0",
            words.REVERSAL,
        ),
    ),
)

_NO_LONGER: Final = "({new}) IS DISTINCT FROM ({old})"


def differs(*columns: str) -> str:
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return _NO_LONGER.format(new=new, old=old)


ACCOUNT: Final = (
    refused(
        "ledger_ledgeraccount",
        "ledger_ledgeraccount_keeps_what_it_is",
        "UPDATE",
        words.ACCOUNT_KEPT,
        differs("id", "book_id", "code", "holder", "currency", "kind", "opened_date"),
    ),
    refused("ledger_ledgeraccount", "ledger_ledgeraccount_is_kept", "DELETE", words.ACCOUNT_KEPT),
    emptied("ledger_ledgeraccount"),
)
PERIOD: Final = (
    *checked(
        "ledger_period",
        "ledger_period_is_new",
        _HOLD
        + refusing(
            (
                "SELECT 1 FROM fresh f JOIN ledger_period p ON p.book_id = f.book_id AND p.id <> f.id "
                "AND p.starts_date <= f.ends_date AND p.ends_date >= f.starts_date",
                words.PERIOD_KEPT,
            )
        ),
    ),
    refused(
        "ledger_period",
        "ledger_period_stays_closed",
        "UPDATE",
        words.PERIOD_KEPT,
        f"OLD.closed_at IS NOT NULL OR {differs('id', 'book_id', 'starts_date', 'ends_date')}",
    ),
    "CREATE OR REPLACE FUNCTION ledger_hold_book() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
    "PERFORM 1 FROM ledger_book WHERE id = NEW.book_id FOR UPDATE; RETURN NEW; END $body$",
    "CREATE TRIGGER ledger_period_waits_for_entries BEFORE UPDATE ON ledger_period FOR EACH ROW "
    "EXECUTE FUNCTION ledger_hold_book()",
    refused("ledger_period", "ledger_period_is_kept", "DELETE", words.PERIOD_KEPT),
    emptied("ledger_period"),
)
_GOES_ON: Final = (
    "CREATE OR REPLACE FUNCTION ledger_book_goes_on() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
    f"IF {differs('id', 'code', 'keeps_date_order')} OR NEW.head_position < OLD.head_position OR NOT EXISTS "
    "(SELECT 1 FROM ledger_journalentry WHERE book_id = NEW.id AND position = NEW.head_position "
    f"AND chain = NEW.head_chain) THEN RAISE EXCEPTION '{words.BOOK_KEPT}' USING ERRCODE = 'check_violation'; END IF; "
    "RETURN NEW; END $body$"
)
BOOK: Final = (
    refused("ledger_book", "ledger_book_is_new", "INSERT", words.BOOK_KEPT, "NEW.head_position <> 0"),
    _GOES_ON,
    "CREATE TRIGGER ledger_book_goes_on BEFORE UPDATE ON ledger_book FOR EACH ROW EXECUTE FUNCTION "
    "ledger_book_goes_on()",
    refused("ledger_book", "ledger_book_is_kept", "DELETE", words.BOOK_KEPT),
    emptied("ledger_book"),
)

INSTALL: Final = (
    _REFUSE,
    _REFUSE_TRUNCATE,
    *POSTING,
    *ENTRY,
    *kept("ledger_posting"),
    *kept("ledger_journalentry"),
    *ACCOUNT,
    *PERIOD,
    *BOOK,
    words.VIEW,
)
TRIGGERS: Final = {
    said[2]: said[said.index("ON") + 1]
    for said in (statement.split() for statement in INSTALL)
    if said[:2] == ["CREATE", "TRIGGER"]
}
"""Name of a trigger to its table."""
NAMES: Final = (*TRIGGERS, "ledger_balance")
DROP: Final = "DROP TRIGGER {name} ON {table}"
STANDING: Final = (
    "SELECT tgname, relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT tgisinternal AND tgenabled = 'O' AND relname LIKE 'ledger\\_%' "
    "UNION ALL SELECT viewname, '' FROM pg_views WHERE viewname LIKE 'ledger\\_%'"
)
