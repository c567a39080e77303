"""A history folded once more, and every decision met on the state that it was made on."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import apsw

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.context import Context, fill
from tradewind.engine.core.decide import Decided
from tradewind.engine.core.events import EventHandled, UnknownFact
from tradewind.engine.core.offers import BrokenPublication
from tradewind.engine.core.reproducing import decide_again
from tradewind.engine.core.state import OutOfOrder, State, UnknownDecision, apply
from tradewind.engine.history import BrokenSeal, HistoryReader, Snapshots, Stored, Vault
from tradewind.engine.history.folder import Folder
from tradewind.engine.history.sealing import Sealed, opened

BEHIND: Final = 3
"""How far behind the state it was made on a decision may lie: answers of the same event come before it."""

WORTH_COMPILING: Final = 2000
"""Facts; fewer are folded sooner than the kernels are read from the disk, let alone compiled."""

CHUNK: Final = 1000

DAMAGES: Final = (apsw.Error, OutOfOrder, UnknownDecision, UnknownFact, BrokenPublication, BrokenSeal)
"""What a walk raises over a history or a vault that is damaged."""


class Step(NamedTuple):
    """A fact of history, the state just before it, and the decisions that were made on that state.

    The state is consumed by the next step.
    """

    state: State
    stored: Stored
    decisions: tuple[Stored, ...]


class MadeAgain(NamedTuple):
    """A decision made again, and what its event said."""

    content: Sealed
    decided: Decided


@dataclass(frozen=True, slots=True)
class Walk:
    """A data folder, opened to be read beside a running engine."""

    reader: HistoryReader
    vault: Vault
    folder: Folder
    head: int

    def steps(self, since: int = 0) -> Iterator[Step]:
        """Every fact in order, from the nearest good snapshot before `since` on.

        Raises:
            DAMAGES: one of them, where the history is damaged.
        """
        state = self._before(since)
        for stored, following in _with_following(self._read(state.position)):
            made = tuple(each for each in (stored, *following) if _was_made_on(each, stored.position - 1))
            yield Step(state, stored, made)
            state = apply(state, stored.position, stored.fact)

    def made_again(self, fact: EventHandled, state: State) -> MadeAgain | None:
        """A decision made again on its state; None where its customer was erased.

        Raises:
            NothingPublished: it was not made on this state.
        """
        content = opened(self.vault, fact)
        return None if content is None else MadeAgain(content, decide_again(fact, known_then(content, state), state))

    def _before(self, since: int) -> State:
        """A state on which, or behind which, everything decided from `since` on was made."""
        snapshots, latest = Snapshots(self.folder.snapshots), min(since - BEHIND, self.head)
        kept = snapshots.nearest(
            latest, chain_at=self.reader.chain_at, report=lambda line: print(line, file=sys.stderr)
        )
        return State.empty() if kept is None else kept

    def _read(self, after: int) -> Iterator[Stored]:
        """The facts behind `after`, in order."""
        while after < self.head:
            for stored in self.reader.read(after=after, limit=min(CHUNK, self.head - after)):
                after = stored.position
                yield stored


@contextmanager
def walking(data: Path, *, until: int | None = None) -> Iterator[Walk]:
    """Open the history and the vault of a data folder; what came behind `until` is left aside.

    Raises:
        apsw.CantOpenError: there is no history in the folder.
    """
    folder = Folder(data)
    reader = HistoryReader(folder.history)
    vault = Vault(folder.vault)
    try:
        head = reader.head if until is None else min(until, reader.head)
        if head >= WORTH_COMPILING:
            warm_up(str(folder.compiled))
        yield Walk(reader, vault, folder, head)
    finally:
        vault.close()
        reader.close()


def lacking(data: Path) -> str | None:
    """What there is to be said of a data folder without a history or a vault; None where it has both."""
    folder = Folder(data)
    missing = next((path for path in (folder.history, folder.vault) if not path.is_file()), None)
    return None if missing is None else f"there is no {missing.stem} in {data}"


def known_then(content: Sealed, state: State) -> Context:
    """Every value that was known when it was decided."""
    attributes = state.publication.attributes if state.publication else {}
    return fill(content.decided_with(), attributes).context


def _with_following(facts: Iterator[Stored]) -> Iterator[tuple[Stored, tuple[Stored, ...]]]:
    """Each fact with the few behind it, since answers of its own event may stand before a decision."""
    window: deque[Stored] = deque()
    for stored in facts:
        window.append(stored)
        if len(window) == BEHIND:
            first = window.popleft()
            yield first, tuple(window)
    while window:
        first = window.popleft()
        yield first, tuple(window)


def _was_made_on(stored: Stored, position: int) -> bool:
    fact = stored.fact
    return isinstance(fact, EventHandled) and fact.decision is not None and fact.decision.decided_on == position
