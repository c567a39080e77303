"""`make bench`: every figure of the engine, as lines in benchmarks/results/ and as tables and curves in the docs.

    python -m benchmarks.decisions [--quick] [--only PART]

`--quick` runs everything on tiny sizes and writes nothing; `--only` runs one part and leaves the docs alone.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from typing import Final

from benchmarks.decisions import conditions, disk, end_to_end, growth, http, learning, page, process, rebuild, stages
from benchmarks.pages import DOCS
from benchmarks.results import figures, start_run
from tradewind.engine.core.compiling import warm_up


def _conditions(*, quick: bool) -> None:
    conditions.measure(20 if quick else 1_000, rounds=40 if quick else 3_000)


def _decisions(*, quick: bool) -> None:
    for offers in (10,) if quick else (10, 100, 1_000):
        process.measure(offers, rounds=40 if quick else 1_500)
    for offers in (10,) if quick else (10, 100):
        process.measure_scorers(offers, rounds=40 if quick else 1_500)
    process.measure_equal_work(10 if quick else 1_000, rounds=40 if quick else 500)
    stages.measure(10 if quick else 1_000, rounds=20 if quick else 400)


def _learning(*, quick: bool) -> None:
    if quick:
        learning.measure(10, rounds=20, warm_up=0)
        learning.measure_beginning(4, responses=20)
        learning.measure_memory(4, responses=20)
    else:
        learning.measure()
        learning.measure_beginning()
        learning.measure_memory()


def _http(*, quick: bool) -> None:
    if quick:
        http.measure(10, connections=2, rounds=1, seconds=0.1, customers=10)
    else:
        http.measure(100)


def _end_to_end(*, quick: bool) -> None:
    disk.measure(10 if quick else 1_000)
    if quick:
        end_to_end.measure(start=20.0, seconds=0.5, customers=10, steps=1)
    else:
        end_to_end.measure()
        if end_to_end.MEMORY.is_dir():
            end_to_end.measure(folder_in=end_to_end.MEMORY, name=f"{end_to_end.NAME}.in_memory")


def _rebuild(*, quick: bool) -> None:
    for events in (500,) if quick else (10_000, 100_000, 1_000_000):
        rebuild.measure(events)
    rebuild.measure_counters(100 if quick else 1_000_000)


def _growth(*, quick: bool) -> None:
    growth.measure_offers((10,) if quick else growth.OFFERS, rounds=20 if quick else 200)
    growth.measure_customers((300,) if quick else growth.CUSTOMERS, rounds=20 if quick else 500)


PARTS: Final[dict[str, Callable[..., None]]] = {
    "conditions": _conditions,
    "decide": _decisions,
    "learn": _learning,
    "http": _http,
    "end_to_end": _end_to_end,
    "growth": _growth,
    "rebuild": _rebuild,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes; nothing is written")
    parser.add_argument("--only", choices=sorted(PARTS), help="one part; the docs are left alone")
    arguments = parser.parse_args()
    start_run(keep=not arguments.quick)
    warm_up()
    failed = [name for name in PARTS if arguments.only in (None, name) and not _measured(name, quick=arguments.quick)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
        return 1
    if not (arguments.quick or arguments.only):
        page.write(figures())
        print(f"tables and curves are in {page.PAGE.relative_to(DOCS.parent)}")
    return 0


def _measured(name: str, *, quick: bool) -> bool:
    """Measure one part; one that fails is told and does not keep the others from being measured."""
    began = time.perf_counter()
    try:
        PARTS[name](quick=quick)
    except Exception:  # noqa: BLE001 - whatever it is, the other figures should not be lost for it
        traceback.print_exc()
        return False
    print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
