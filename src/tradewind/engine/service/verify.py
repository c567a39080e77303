"""`tradewind engine verify`: is every stored byte as it was written, and does history still fold?

Exit codes: 0 whole, 1 something is not as it was written, 2 there is nothing to verify.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

from tradewind.engine.core.events import PublicationActivated
from tradewind.engine.core.offers import BrokenPublication, digest_of
from tradewind.engine.core.state import OutOfOrder, State, UnknownDecision, apply, model_digest, state_digest
from tradewind.engine.history import Broken, HistoryReader, Snapshots, Stored, verify
from tradewind.engine.history.folder import Folder
from tradewind.engine.history.snapshots import OfAnotherVersion, Unusable, read

WHOLE: Final = 0
BROKEN: Final = 1
NOTHING_THERE: Final = 2

_PERIOD_S: Final = 1.0


class Refold:
    """Folds history once more while it is walked; what cannot have happened on the state before it is wrong.

    Snapshots are compared as their positions come by: `faults` names those that are not what the fold says, `apart`
    those that another version folded. One that a running engine has let go of meanwhile is nobody's fault.
    """

    def __init__(self, folder: Folder | None = None) -> None:
        self.state = State.empty()
        self.faults: list[str] = []
        self.apart: list[str] = []
        kept = Snapshots(folder.snapshots).kept() if folder else []
        self._due = {each.position: each.path for each in kept}
        self._folder = folder

    def follow(self, stored: Stored) -> str | None:
        fact = stored.fact
        if isinstance(fact, PublicationActivated) and digest_of(fact.document) != fact.digest:
            return f"the document of publication {fact.number} does not fit its digest"
        try:
            self.state = apply(self.state, stored.position, fact)
        except (OutOfOrder, UnknownDecision, BrokenPublication) as error:
            return f"it does not fold: {error}"
        if stored.position in self._due:
            self._compare(self._due[stored.position])
        return None

    def _compare(self, path: Path) -> None:
        if self._folder is None:
            return
        reader = HistoryReader(self._folder.history)
        try:
            kept = read(path, chain_at=reader.chain_at)
            if state_digest(kept) != state_digest(self.state):
                self.faults.append(f"snapshot {path.name} is not what history folds to")
        except FileNotFoundError:
            return
        except OfAnotherVersion as error:
            self.apart.append(f"snapshot {path.name} was not compared: {error}")
        except (Unusable, OSError) as error:
            self.faults.append(f"snapshot {path.name}: {error}")
        finally:
            reader.close()


class _Ticker:
    """A line of progress every second, so that a long run is seen to move."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()

    def tell(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self._told_at > _PERIOD_S:
            self._told_at = time.monotonic()
            print(f"tradewind engine: {done:,} of {of:,} {what} ({100 * done // max(of, 1)} %)", file=sys.stderr)


def verify_folder(data: Path) -> int:
    """Print what was found; the exit code is 0 only for a whole history. A running engine does not mind."""
    history = Folder(data).history
    if not history.is_file():
        print(f"tradewind engine: there is no history in {data}", file=sys.stderr)
        return NOTHING_THERE
    refold = Refold(Folder(data))
    found = verify(history, follow=refold.follow, progress=_Ticker().tell)
    if isinstance(found, Broken):
        print(f"tradewind engine: broken at {_place(found)}: {found.why}", file=sys.stderr)
        return BROKEN
    print(f"whole: {found.head} facts, chain {found.chain}")
    print(f"state {state_digest(refold.state)}")
    print(f"model {model_digest(refold.state)}")
    if found.pages is None:
        print("no sums beside it: unused bytes and the write-ahead log were not checked")
    for told in refold.apart:
        print(told)
    for fault in refold.faults:
        print(f"tradewind engine: {fault}", file=sys.stderr)
    return BROKEN if refold.faults else WHOLE


def _place(found: Broken) -> str:
    if found.last is None or found.last == found.position:
        return f"position {found.position}"
    return f"positions {found.position} to {found.last}"
