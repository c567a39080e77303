"""The process that is measured: folds a history and takes a snapshot, starts from one, or counts contacts."""

from __future__ import annotations

import gc
import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.contact_log import ContactLog, What
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.state import State, apply
from tradewind.engine.history import HistoryReader
from tradewind.engine.history.snapshots import Snapshots
from tradewind.engine.history.table import GENESIS

OFFERS = 1_000
CONTACTS = 10
_CHUNK = 1_000
_START = 1_772_000_000 * 1_000_000

type Measured = dict[str, float]
"""By name: seconds, megabytes."""


def rebuild(history: str, snapshots: str) -> Measured:
    """The fold is what is measured; the seconds of the snapshot are told beside it."""
    measure = _clock()
    warm_up()  # as the engine does while it reads
    reader = HistoryReader(Path(history))
    state, head = State.empty(), reader.head
    while state.position < head:
        for stored in reader.read(after=state.position, limit=_CHUNK):
            state = apply(state, stored.position, stored.fact)
    measured, began = measure(), time.perf_counter()
    Snapshots(Path(snapshots)).write(state, chain=reader.chain_at(head) or GENESIS)
    return measured | {"taken": round(time.perf_counter() - began, 2)}


def start(history: str, snapshots: str) -> Measured:
    measure = _clock()
    reader = HistoryReader(Path(history))
    if Snapshots(Path(snapshots)).nearest(reader.head, chain_at=reader.chain_at, report=_complain) is None:
        raise RuntimeError("the snapshot is not good")
    return measure()


def counters(customers: str) -> Measured:
    """Contacts and their log, filled as the fold fills them."""
    measure = _clock()
    draw = random.Random(1)
    contacts, log = Contacts(), ContactLog()
    whats = [What("shown", f"offer-{row:04d}", f"group-{row % 7}", "call-center") for row in range(OFFERS)]
    subjects = [f"{draw.getrandbits(128):032x}" for _ in range(int(customers))]
    for turn in range(CONTACTS):
        for place, subject in enumerate(subjects):
            at = _START + (turn * len(subjects) + place) * 100_000
            what = whats[draw.randrange(OFFERS)]
            contacts.shown(subject, what.offer, at)
            log.add(subject, what, at=at, occurred_at=at)
    return measure()


WORK: Final[dict[str, Callable[..., Measured]]] = {"rebuild": rebuild, "start": start, "counters": counters}


def main(name: str, *arguments: str) -> None:
    gc.disable()
    print(json.dumps(WORK[name](*arguments)))


def _clock() -> Callable[[], Measured]:
    """Told when asked: the seconds since, and by how much the most memory that was ever taken has grown."""
    before, began = _peak(), time.perf_counter()

    def measured() -> Measured:
        seconds = time.perf_counter() - began
        return {"seconds": round(seconds, 2), "megabytes": round(_peak() - before, 1)}

    return measured


def _peak() -> float:
    """Megabytes; `getrusage` alone begins with what the process that started this one had taken, on Linux."""
    status = Path("/proc/self/status")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _complain(line: str) -> None:
    raise RuntimeError(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
