"""What the laws of the ledger cost: postings beside plain inserts of the same rows, and statements of a large fund.

    python -m benchmarks.channel.books [--quick] [--database sqlite|postgresql]

The plain tables have the columns, indexes and foreign keys of the ledger's and no triggers; they take the rows that the
ledger has just written, ready as they are, by the same statements. `make bench-channel` runs it after the lists.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any, Final

from benchmarks.channel.__main__ import elsewhere, tell
from benchmarks.pages import DOCS, between, processor, table
from benchmarks.results import Figure, figures, record, start_run

PAGE: Final = DOCS / "explanation" / "ledger.md"
VENDORS: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LINES: Final = 4
"""Lines of an entry, as of a claim."""

BATCHES: Final = {False: (1_000, 3_000, 10_000), True: (20, 60)}
"""Entries of one call, whole and quick."""
ROUNDS: Final = {False: 5, True: 2}
STATEMENTS: Final = {False: (10_000, 100_000, 1_000_000), True: (200, 2_000)}
"""Postings of the fund when its statement is read."""

AT: Final = datetime(2026, 1, 1, 10, tzinfo=UTC)
FIRST: Final = AT.date()
CODES: Final = ("budget", "reserved", "settled", "contra")
FUNDS_THERE: Final = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """One fund's accounts, by their codes."""

    name: str
    accounts: dict[str, int]


def measure(*, quick: bool) -> None:
    """Everything, in the database of this process."""
    holders = build()
    plain_tables()
    for entries in BATCHES[quick]:
        batch(holders, entries=entries, rounds=ROUNDS[quick])
    one_by_one(holders, times=20 if quick else 300)
    statements(holders[0], sizes=STATEMENTS[quick], rounds=10 if quick else 200)


def build() -> list[Holder]:
    from tradewind.crm.ledger.calendars import open_year
    from tradewind.crm.ledger.models import FUNDS, AccountKind, Book, LedgerAccount

    open_year(FUNDS, 2026)
    book = Book.objects.named(FUNDS)
    LedgerAccount.objects.bulk_create(
        LedgerAccount(
            book=book, holder=f"fund-{number}", code=code, name=code, currency="GBP", kind=AccountKind.STATISTICAL,
            opened_date=FIRST,
        )
        for number in range(FUNDS_THERE)
        for code in CODES
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for holder, code, pk in LedgerAccount.objects.values_list("holder", "code", "pk"):
        found.setdefault(holder, {})[code] = pk
    return [Holder(name, accounts) for name, accounts in found.items()]


def drafts(holders: Sequence[Holder], *, entries: int, tag: str, day: date = FIRST) -> list[Any]:
    """Entries of four lines over all funds, in turn."""
    from tradewind.crm.ledger.drafts import Draft, Line

    amounts = (900, -400, -300, -200)
    return [
        Draft(
            key=f"{tag}:{number}",
            entry_date=day,
            kind="settlement",
            text="Open day",
            lines=tuple(
                Line(holders[number % len(holders)].accounts[code], amount)
                for code, amount in zip(CODES, amounts, strict=True)
            ),
        )
        for number in range(entries)
    ]


# --- Postings


def batch(holders: Sequence[Holder], *, entries: int, rounds: int) -> None:
    """Seconds a posting, of one call and one transaction; the plain rows in turns with it."""
    from django.db import connection

    ours, theirs = [], []
    for turn in range(rounds):
        asked = drafts(holders, entries=entries, tag=f"batch:{entries}:{turn}")
        ours.append(timed(partial(post, asked)) / entries / LINES)
        rows = last_rows(entries)
        theirs.append(timed(partial(insert_plainly, *rows)) / entries / LINES)
    record(f"{connection.vendor}.postings.{entries * LINES}", seconds=ours, peer="plain inserts", peer_seconds=theirs)


def one_by_one(holders: Sequence[Holder], *, times: int) -> None:
    """Seconds an entry of four lines that is a transaction of its own, as a single approval is."""
    from django.db import connection

    ours, theirs = [], []
    for draft in drafts(holders, entries=times, tag="single"):
        ours.append(timed(partial(post, [draft])))
        rows = last_rows(1)
        theirs.append(timed(partial(insert_plainly, *rows)))
    record(f"{connection.vendor}.entries.alone", seconds=ours, peer="plain inserts", peer_seconds=theirs)


def post(asked: Sequence[Any]) -> None:
    from tradewind.crm.ledger.models import FUNDS
    from tradewind.crm.ledger.operations import post as post_all

    post_all(book=FUNDS, drafts=asked, actor=None, now=AT)


def last_rows(entries: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What was written last, as the database takes it."""
    from django.db import connection

    from tradewind.crm.ledger.writing import ENTRY, POSTING

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(POSTING)} FROM ledger_posting ORDER BY id DESC LIMIT {entries * LINES}")
        postings = cursor.fetchall()[::-1]
        cursor.execute(f"SELECT {', '.join(ENTRY)} FROM ledger_journalentry ORDER BY id DESC LIMIT {entries}")
        found = cursor.fetchall()[::-1]
    return [raw(row) for row in postings], [raw(row) for row in found]


def raw(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite gives back and takes text for days and instants."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return tuple(row)
    return tuple(value.isoformat(sep=" ") if isinstance(value, datetime) else str(value) if isinstance(value, date)
                 else value for value in row)  # fmt: skip


def insert_plainly(postings: list[tuple[Any, ...]], entries: list[tuple[Any, ...]]) -> None:
    from django.db import transaction

    from tradewind.crm.ledger.rows import insert_into
    from tradewind.crm.ledger.writing import ENTRY, POSTING

    with transaction.atomic():
        insert_into("plain_posting", POSTING, postings)
        insert_into("plain_journalentry", ENTRY, entries)


def plain_tables() -> None:
    """Tables like the ledger's, with its indexes and foreign keys, and without its guards."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name in ("journalentry", "posting"):
            for statement in copied(name):
                cursor.execute(statement)


def copied(name: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sql FROM sqlite_schema WHERE tbl_name = %s AND type IN ('table', 'index') AND sql IS NOT NULL "
                "ORDER BY type DESC",
                [f"ledger_{name}"],
            )
            made = [sql for (sql,) in cursor.fetchall()]
            return [
                sql.replace('INDEX "', 'INDEX "plain_').replace('"ledger_journalentry"', '"plain_journalentry"')
                .replace('"ledger_posting"', '"plain_posting"') for sql in made
            ]  # fmt: skip
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            [f"ledger_{name}"],
        )
        keys = [key.replace("ledger_journalentry", "plain_journalentry") for (key,) in cursor.fetchall()]
    like = f"CREATE TABLE plain_{name} (LIKE ledger_{name} INCLUDING ALL)"
    return [like, *(f"ALTER TABLE plain_{name} ADD {key}" for key in keys)]


# --- Statements


def statements(holder: Holder, *, sizes: Sequence[int], rounds: int) -> None:
    """The categories of one fund at a day in the middle of its life, when it has so many postings."""
    from django.db import connection

    there = 0
    for size in sizes:
        grow(holder, since=there, until=size, whole=sizes[-1])
        there = size
        analyse()
        day = day_of(size // 2, whole=sizes[-1])
        assert ask(holder, day) == added_up(holder, day)
        ours = [timed(partial(ask, holder, day)) for _round in range(rounds)]
        theirs = [timed(partial(added_up, holder, day)) for _round in range(max(3, rounds // 40))]
        record(f"{connection.vendor}.statement.{size}", seconds=ours, peer="adding up", peer_seconds=theirs)


def grow(holder: Holder, *, since: int, until: int, whole: int) -> None:
    """Let the fund have more postings, day after day."""
    for some in batched(range(since // LINES, until // LINES), 5_000):
        asked = []
        for number in some:
            asked += drafts([holder], entries=1, tag=f"grow:{number}", day=day_of(number * LINES, whole=whole))
        post(asked)


def day_of(posting: int, *, whole: int) -> date:
    return FIRST + timedelta(days=posting * 360 // whole)


def ask(holder: Holder, day: date) -> dict[str, int]:
    from tradewind.crm.ledger.statements import stands_at

    return stands_at(holder.name, day)


def added_up(holder: Holder, day: date) -> dict[str, int]:
    from django.db.models import Sum

    from tradewind.crm.ledger.models import Posting

    rows = Posting.objects.filter(account__in=holder.accounts.values(), entry_date__lte=day)
    return dict(rows.values_list("account__code").annotate(sum=Sum("amount_minor")).order_by())


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# --- The run and its page


def here(*, quick: bool) -> None:
    """Measure in this process, whose environment names the database; a figure a line on standard output."""
    import django
    from django.core.management import call_command

    django.setup()
    start_run(keep=False)
    call_command("migrate", verbosity=0, interactive=False)
    measure(quick=quick)
    tell()


def tables(measured: Sequence[Figure]) -> str:
    """What a run measured, as the page shows it."""
    head = ("database", "what", "ours", "peer", "ratio")
    rows = list(rows_of(measured))
    return f"{processor()}, Python {sys.version.split()[0]}.\n\n{table(head, rows)}"


def rows_of(measured: Sequence[Figure]) -> Iterator[list[str]]:
    for figure in measured:
        vendor, what, size = figure.name.split(".")
        theirs, peer = figure.peer_value or 0.0, figure.peer or ""
        if what == "postings":
            said = [f"{int(size):,} postings in one call", rate(figure.value), f"{rate(theirs)}, {peer}"]
        elif what == "entries":
            said = ["an entry alone, of four lines", f"{figure.value:,.0f} µs", f"{theirs:,.0f} µs, {peer}"]
        else:
            said = [f"statement over {int(size):,} postings", f"{figure.value:,.0f} µs", f"{theirs:,.0f} µs, {peer}"]
        yield [VENDORS[vendor], *said, f"{figure.ratio:.3f}" if what == "statement" else f"{figure.ratio:.2f}"]


def rate(microseconds: float) -> str:
    return f"{1e6 / microseconds:,.0f}/s" if microseconds else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.channel.books", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes; nothing is written")
    parser.add_argument("--database", choices=tuple(VENDORS), help="one database; the docs are left alone")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        here(quick=chosen.quick)
        return 0
    start_run("books", keep=not chosen.quick)
    wanted = [chosen.database] if chosen.database else list(VENDORS)
    failed = [vendor for vendor in wanted if not elsewhere("benchmarks.channel.books", vendor, quick=chosen.quick)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    if not (chosen.quick or chosen.database):
        PAGE.write_text(between(PAGE.read_text(encoding="utf-8"), "books", tables(figures())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
