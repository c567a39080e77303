"""The process that is measured: folds a history, takes a snapshot, starts from one, or counts contacts."""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tradewind.engine.core.contact_log import ContactLog, What
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.state import State, apply
from tradewind.engine.history import HistoryReader
from tradewind.engine.history.snapshots import Snapshots
from tradewind.engine.history.snapshotting import take

OFFERS = 1_000
CONTACTS = 10
_CHUNK = 1_000
_START = 1_772_000_000 * 1_000_000


def rebuild(history: str) -> None:
    reader = HistoryReader(Path(history))
    state, head = State.empty(), reader.head
    while state.position < head:
        for stored in reader.read(after=state.position, limit=_CHUNK):
            state = apply(state, stored.position, stored.fact)


def taken(history: str, snapshots: str) -> None:
    take(Path(history), Path(snapshots), report=_complain)


def start(history: str, snapshots: str) -> None:
    reader = HistoryReader(Path(history))
    if Snapshots(Path(snapshots)).nearest(reader.head, chain_at=reader.chain_at, report=_complain) is None:
        raise RuntimeError("the snapshot is not good")


def counters(customers: str) -> None:
    """Contacts and their log, filled as the fold fills them."""
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


WORK: dict[str, Callable[..., None]] = {"rebuild": rebuild, "take": taken, "start": start, "counters": counters}


def main(name: str, *arguments: str) -> None:
    before, began = _peak(), time.perf_counter()
    gc.disable()
    WORK[name](*arguments)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": round(seconds, 2), "megabytes": round(_peak() - before, 1)}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _complain(line: str) -> None:
    raise RuntimeError(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
