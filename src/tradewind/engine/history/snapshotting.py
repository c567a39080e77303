"""Takes a snapshot beside a running engine: `python -m tradewind.engine.history.snapshotting HISTORY FOLDER`.

A process of its own, so that no decision waits: it goes on from the last snapshot, folds what came since, writes the
next one and ends. It ends as well when the process that started it is gone.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from tradewind.engine.core.events import UnknownFact
from tradewind.engine.core.offers import BrokenPublication
from tradewind.engine.core.state import OutOfOrder, State, UnknownDecision, apply
from tradewind.engine.history.lock import WriterLock
from tradewind.engine.history.log import HistoryLocked
from tradewind.engine.history.reading import HistoryReader
from tradewind.engine.history.snapshots import Snapshots

_CHUNK: Final = 2_000
_NICE: Final = 10

type Report = Callable[[str], None]


class NotTaken(RuntimeError):  # noqa: N818 - a refusal, named for what happened
    """There is no new snapshot; the ones before it stand."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot at `position`, for which `folded` facts were read."""

    position: int
    folded: int


def take(history: Path, folder: Path, *, report: Report, is_wanted: Callable[[], bool] = lambda: True) -> Taken:
    """Keep the state at the last durable position, unless that is kept already; one process at a time.

    Raises:
        NotTaken: another process takes one, the history cannot be folded, or the disk does not take it.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = WriterLock(folder / "taking.lock")
    except (HistoryLocked, OSError) as error:
        raise NotTaken(str(error)) from error
    try:
        return _take(history, Snapshots(folder), report, is_wanted)
    except (OSError, apsw.Error, UnknownFact, OutOfOrder, UnknownDecision, BrokenPublication) as error:
        raise NotTaken(f"{error}") from error
    finally:
        lock.release()


def _take(history: Path, snapshots: Snapshots, report: Report, is_wanted: Callable[[], bool]) -> Taken:
    reader = HistoryReader(history)
    try:
        head = reader.head
        state = snapshots.nearest(head, chain_at=reader.chain_at, report=report) or State.empty()
        began_at = state.position
        while state.position < head:
            if not is_wanted():
                raise NotTaken("nobody waits for it any more")
            for stored in reader.read(after=state.position, limit=min(_CHUNK, head - state.position)):
                state = apply(state, stored.position, stored.fact)
        chain = reader.chain_at(head)
    finally:
        reader.close()
    if chain is not None and head > began_at:
        snapshots.write(state, chain=chain)
        snapshots.thin(head)
    return Taken(head, head - began_at)


def main(arguments: Sequence[str]) -> int:
    """Take one for a running engine, out of its way; the exit code is 0 when there is one at the head."""
    history, folder = map(Path, arguments)
    starter = os.getppid()
    os.umask(0o077)
    os.nice(_NICE)
    gc.disable()  # the state is columns and rows of bytes: there is nothing to collect, and looking takes long
    try:
        taken = take(
            history, folder, report=lambda line: print(line, flush=True), is_wanted=lambda: os.getppid() == starter
        )
    except NotTaken as error:
        print(error, flush=True)
        return 1
    print(f"snapshot at position {taken.position}, {taken.folded} facts after the one before", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
