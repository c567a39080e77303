"""How long an engine needs to know again what it knew: from history, and from a snapshot with nothing behind it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from benchmarks.decisions import past
from benchmarks.results import Figure, keep


def measure(events: int = 1_000_000) -> None:
    """Seconds and memory of a rebuild, of the snapshot taken behind it, and of a start from that."""
    with tempfile.TemporaryDirectory() as folder:
        history, snapshots = Path(folder) / "history.sqlite", Path(folder) / "snapshots"
        began = time.perf_counter()
        past.write(history, events)
        print(f"  {events:,} events written in {time.perf_counter() - began:.0f} s", flush=True)
        rebuilt = _apart("rebuild", str(history), str(snapshots))
        started = _apart("start", str(history), str(snapshots))
        megabytes = sum(path.stat().st_size for path in snapshots.glob("*.snapshot")) / 1e6
    name = f"rebuild.events={events}"
    keep(Figure(name=name, value=rebuilt["seconds"], unit="s"))
    keep(Figure(name=f"{name}.peak", value=rebuilt["megabytes"], unit="MB"))
    keep(Figure(name=f"{name}.snapshot", value=started["seconds"], unit="s"))
    keep(Figure(name=f"{name}.snapshot.peak", value=started["megabytes"], unit="MB"))
    keep(Figure(name=f"{name}.snapshot.taken", value=rebuilt["taken"], unit="s"))
    keep(Figure(name=f"{name}.snapshot.file", value=round(megabytes, 1), unit="MB"))


def measure_counters(customers: int = 1_000_000) -> None:
    """Memory of the contacts of so many customers with a thousand offers, about ten contacts each."""
    counted = _apart("counters", str(customers))
    keep(Figure(name=f"counters.customers={customers}", value=counted["megabytes"], unit="MB"))


def _apart(*arguments: str) -> dict[str, float]:
    """What a process of its own measures, so that nobody else's memory counts."""
    command = [sys.executable, "-m", "benchmarks.decisions.rebuilding", *arguments]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return msgspec.json.decode(said, type=dict[str, float])
