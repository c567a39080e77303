"""`make bench`: every figure of the engine, into benchmarks/results/decisions.jsonl."""

from __future__ import annotations

from benchmarks.decisions import http, process
from benchmarks.results import start_run


def main() -> None:
    start_run()
    for offers in (10, 100, 1000):
        process.measure(offers)
    for offers in (12, 100):
        http.measure(offers)


if __name__ == "__main__":
    main()
