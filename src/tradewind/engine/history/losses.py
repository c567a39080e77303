"""What was acknowledged and is not there any more: found by comparing a history with the note kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tradewind.engine.history.sums import Acknowledged, wal_header
from tradewind.engine.history.wal import BrokenWal, frames_in, page_said_by, wal_of


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a write-ahead log, and the page that the first damaged frame says it holds."""

    why: str
    page: int | None = None


def damaged_log(path: Path, noted: Acknowledged) -> Damage | None:
    """What is wrong with the write-ahead log of the history at `path`, up to the frame that was noted."""
    try:
        header = wal_header(path)
    except BrokenWal as error:
        return Damage(str(error))
    if header is None or header.salt != noted.salt:
        return None  # it has started again since
    whole = sum(1 for frame in frames_in(wal_of(path)) if frame.number <= noted.frames)
    if whole == noted.frames:
        return None
    why = f"frame {whole + 1} of the write-ahead log is not as it was written"
    return Damage(why, page_said_by(wal_of(path), whole + 1, header))


def lost_facts(head: int, noted: Acknowledged, chain_at: Callable[[int], bytes]) -> str | None:
    """What is missing from a history that ends at `head`; `chain_at` gives the chain at a position up to it."""
    if head < noted.head:
        return f"positions up to {noted.head} were acknowledged and are gone"
    if chain_at(noted.head) != noted.chain:
        return f"up to position {noted.head} it is not the history that was acknowledged"
    return None
