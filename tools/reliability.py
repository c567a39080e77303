"""Inject every fault in its full dose and write what was found into docs/explanation/reliability.md.

    make reliability [ARGS="flips 'power cuts' --keep"]

Names choose faults (all without); `--keep` leaves the page as it is. The exit code is 1 where anything was lost,
doubled, corrupt or otherwise wrong.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.reliability.folders import scratch  # noqa: E402 - the path comes first
from tests.reliability.rows import Row, table  # noqa: E402
from tests.reliability.whole import WHOLE, inject  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "reliability.md"
BEGIN, END = "<!-- written by make reliability: begin -->", "<!-- written by make reliability: end -->"


def run(name: str, folder: Path) -> Row:
    """One fault, with its progress and its time."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    try:
        row = inject(name, folder, lambda told: print(f"   {time.monotonic() - began:5.0f} s  {told}", flush=True))
    except Exception as error:  # noqa: BLE001 - the others are still to be run, and the exit code says so
        row = Row(name, wrong=[f"it could not be run: {error!r}"], finding=f"could not be run: {type(error).__name__}")
    row.seconds = time.monotonic() - began
    for wrong in row.wrong[:10]:
        print(f"   WRONG {wrong[:500]}", flush=True)
    return row


def write(rows: list[Row]) -> None:
    """Put the table between its markers."""
    page = PAGE.read_text()
    head, tail = page[: page.index(BEGIN) + len(BEGIN)], page[page.index(END) :]
    when = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {sum(row.seconds for row in rows):.0f} s"
    PAGE.write_text(f"{head}\n{when}\n\n{table(rows)}\n{tail}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="FAULT", help=f"one of: {', '.join(WHOLE)}")
    parser.add_argument("--keep", action="store_true", help="leave the page as it is")
    chosen = parser.parse_args(arguments)
    names = chosen.names or list(WHOLE)
    if unknown := [name for name in names if name not in WHOLE]:
        parser.error(f"no such fault: {', '.join(unknown)}")
    with scratch() as folder:
        rows = [run(name, folder) for name in names]
    print(f"\n{table(rows)}")
    if not chosen.keep and not chosen.names:
        write(rows)
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
