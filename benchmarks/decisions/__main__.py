"""`make bench`: every figure of the engine, into benchmarks/results/decisions.jsonl.

    python -m benchmarks.decisions [--quick] [--only PART]

`--quick` runs everything on tiny sizes and writes nothing; `--only` runs one part.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Final

from benchmarks.decisions import http, process
from benchmarks.results import start_run


def _decisions(*, quick: bool) -> None:
    for offers in (10,) if quick else (10, 100, 1000):
        process.measure(offers, rounds=40 if quick else 1_500)
    process.measure_equal_work(10 if quick else 1000, rounds=40 if quick else 500)


def _http(*, quick: bool) -> None:
    if quick:
        http.measure(10, connections=2, rounds=1, seconds=0.1)
    else:
        http.measure(100)


PARTS: Final[dict[str, Callable[..., None]]] = {"decide": _decisions, "http": _http}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes; nothing is written")
    parser.add_argument("--only", choices=sorted(PARTS), help="one part")
    arguments = parser.parse_args()
    began = time.perf_counter()
    start_run(keep=not arguments.quick)
    for name, part in PARTS.items():
        if arguments.only in (None, name):
            part(quick=arguments.quick)
    print(f"{time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
