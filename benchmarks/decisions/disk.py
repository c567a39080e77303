"""What the disk asks for to keep a few bytes: the least that any durable answer takes, in the same run."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Final

from benchmarks.results import MICROSECONDS, Figure, keep, percentiles

PAGE: Final = 4096


def measure(rounds: int) -> Figure:
    """One page appended and flushed, again and again, with a pause between as commits have."""
    times = []
    with tempfile.TemporaryFile(buffering=0) as file:
        for _ in range(rounds):
            file.write(bytes(PAGE))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
            time.sleep(0.002)
    p50, p99 = percentiles(times)
    return keep(
        Figure(name="disk.fdatasync", value=round(p50, 1), unit=MICROSECONDS, p50=round(p50, 1), p99=round(p99, 1))
    )
