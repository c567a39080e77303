"""One line a figure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "results"


def start_run() -> None:
    """Empty the results, so that every line in them is of one run."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()


def record(
    name: str, *, seconds: Sequence[float], peer: str | None = None, peer_seconds: Sequence[float] | None = None
) -> None:
    """Write and print one figure: microseconds a unit, median as its value."""
    p50, p99 = (float(np.percentile(seconds, q)) * 1e6 for q in (50, 99))
    ratio = None
    if peer_seconds is not None:
        ratio = round(p50 / (float(np.percentile(peer_seconds, 50)) * 1e6), 3)
    line = {
        "name": name,
        "value": round(p50, 1),
        "unit": "µs",
        "p50": round(p50, 1),
        "p99": round(p99, 1),
        "peer": peer,
        "ratio": ratio,
    }
    with (RESULTS / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    beside = f"  {ratio:.2f} × {peer}" if ratio is not None else ""
    print(f"{name:<24} p50 {p50:10.1f} µs   p99 {p99:10.1f} µs{beside}", flush=True)
