"""`tradewind ledger`: prove the books again, and write them for other programs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

SETTINGS = "tradewind.config.settings"
BOOKS = ("general", "funds")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ledger = subparsers.add_parser("ledger", help="prove and export the books", description=__doc__)
    commands = ledger.add_subparsers(dest="command", metavar="COMMAND", required=True)
    verify = commands.add_parser(
        "verify", help="fold every book again: chain, balances, laws; name the first wrong row"
    )
    _add_data(verify)
    verify.add_argument("--book", choices=BOOKS, help="one book; default all")
    verify.set_defaults(run=verify_books)
    export = commands.add_parser("export", help="write a book to standard output")
    _add_data(export)
    export.add_argument("--book", choices=BOOKS, default="general", help="default %(default)s")
    export.add_argument("--format", choices=("beancount",), default="beancount", help="default %(default)s")
    export.set_defaults(run=export_book)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="data folder (default $TRADEWIND_DATA or .demo)")


def verify_books(chosen: argparse.Namespace) -> int:
    if refusal := _prepare(chosen.data):
        return _refuse(refusal)
    from tradewind.crm.ledger.verify import Broken, verify

    found = [verify(code, progress=_show) for code in ([chosen.book] if chosen.book else BOOKS)]
    for proof in found:
        if isinstance(proof, Broken):
            print(proof, file=sys.stderr)
        else:
            print(f"book {proof.book}: {proof.entries} entries, {proof.postings} postings, chain {proof.chain[:16]}")
    return int(any(isinstance(proof, Broken) for proof in found) or _funds_differ())


def _funds_differ() -> bool:
    """Whether a fund counts something else than its postings come to; said line by line."""
    from tradewind.crm.funds.verify import differing

    wrong = list(differing())
    for line in wrong:
        print(line, file=sys.stderr)
    return bool(wrong)


def export_book(chosen: argparse.Namespace) -> int:
    if refusal := _prepare(chosen.data):
        return _refuse(refusal)
    from tradewind.crm.ledger.beancount import beancount

    return _write(beancount(chosen.book))


def _write(lines: Iterable[str]) -> int:
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _show(done: int, there: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {there:,} entries", end="\n" if done >= there else "", file=sys.stderr)


def _prepare(data: Path | None) -> str | None:
    """Start Django on the books of this folder; why that cannot be, or None. Nothing is written or made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if data is not None:
        os.environ["TRADEWIND_DATA"] = str(data)
    import django
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).is_file():
        return f"there are no books in {settings.DATA}"
    django.setup()
    from django.db import connection

    if "ledger_book" not in connection.introspection.table_names():
        return "the database is behind the code; run `tradewind manage migrate`"
    return None


def _refuse(message: str) -> int:
    print(f"tradewind ledger: {message}", file=sys.stderr)
    return 1
