"""`make bench-channel`: what access costs on 1,000,000 leads, on SQLite and PostgreSQL, as lines and a table.

    python -m benchmarks.channel [--quick] [--database sqlite|postgresql]

Each database is measured in a process of its own. `--quick` runs everything on tiny sizes and writes nothing;
`--database` measures one and leaves the docs alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
from tools.postgresql import FAST, database_url

from benchmarks.channel import page
from benchmarks.results import Figure, figures, keep, start_run

SIZES: Final = {False: (1_000, (10_000, 100_000, 1_000_000), 100), True: (60, (300, 3_000), 3)}
"""Partners, the numbers of leads on the way to all, and rounds; whole and quick."""
SETTINGS: Final = (*FAST, "shared_buffers=1GB", "random_page_cost=1.1", "jit=off", "max_wal_size=8GB")


@contextmanager
def databases(vendor: str) -> Iterator[str | None]:
    """The URL of an empty database of this vendor; None where there is none."""
    if vendor == "postgresql":
        with database_url(SETTINGS) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="tradewind-bench-") as folder:
        yield f"sqlite:///{folder}/crm.sqlite"


def measure_here(*, quick: bool) -> None:
    """Build and measure in this process, whose environment names the database; a figure a line on standard output."""
    import django  # noqa: PLC0415 - the parent has no database
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from benchmarks.channel import lists, world  # noqa: PLC0415

    partners, sizes, rounds = SIZES[quick]
    start_run(keep=False)
    call_command("migrate", verbosity=0, interactive=False)
    built = world.build(partners=partners)
    for before, leads in pairwise((0, *sizes)):
        built.grow(leads - before)
        lists.grown(built, leads=leads, rounds=rounds)
    lists.measure(built, rounds=rounds)
    tell()


def tell() -> None:
    """Say every figure to the process that has asked for them."""
    for figure in figures():
        sys.stdout.buffer.write(b"figure " + msgspec.json.encode(figure) + b"\n")


def elsewhere(module: str, vendor: str, *, quick: bool) -> bool:
    """Let a module measure one database in a process of its own; False where that failed or could not be done."""
    with databases(vendor) as url:
        if url is None:
            print(f"{vendor}: none to measure, DATABASE_URL names none and there is no wheel", file=sys.stderr)
            return False
        environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tradewind.config.settings",
            "TRADEWIND_SECRET_KEY": "only-for-this-run",
        }
        command = [sys.executable, "-m", module, "--here", *(["--quick"] if quick else [])]
        run = subprocess.run(
            command, cwd=Path(__file__).parents[2], env=environment, stdout=subprocess.PIPE, check=False
        )
    for line in run.stdout.splitlines():
        if line.startswith(b"figure "):
            keep(msgspec.json.decode(line.removeprefix(b"figure "), type=Figure))
    return run.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-channel", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes; nothing is written")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one database; the docs are left alone")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        measure_here(quick=chosen.quick)
        return 0
    start_run("channel", keep=not chosen.quick)
    wanted = [chosen.database] if chosen.database else ["sqlite", "postgresql"]
    failed = [vendor for vendor in wanted if not elsewhere("benchmarks.channel", vendor, quick=chosen.quick)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    if not (chosen.quick or chosen.database):
        page.write(figures())
    return 0


if __name__ == "__main__":
    sys.exit(main())
