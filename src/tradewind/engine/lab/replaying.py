"""A history folded once more, and every decision met on the state that it was made on.

`decisions_of` makes all of them again and compares; whoever asks another question walks the same way.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.context import Context, fill
from tradewind.engine.core.decide import Decided, NothingPublished
from tradewind.engine.core.events import EventHandled
from tradewind.engine.core.reproducing import by_another_version, decide_again, differences
from tradewind.engine.core.state import State, apply
from tradewind.engine.history import HistoryReader, Snapshots, Stored, Vault
from tradewind.engine.history.folder import Folder
from tradewind.engine.history.sealing import Sealed, opened

BEHIND: Final = 3
"""How far behind the state it was made on a decision may lie: answers of the same event come before it."""

NAMED: Final = 20
"""Decisions that differ and are named; the others are counted."""

WORTH_COMPILING: Final = 2000
"""Facts; fewer are folded sooner than the kernels are read from the disk, let alone compiled."""

CHUNK: Final = 1000


class Step(NamedTuple):
    """A fact of history, the state just before it, and the decisions that were made on that state.

    The state is consumed by the next step.
    """

    state: State
    stored: Stored
    decisions: tuple[Stored, ...]


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
            OutOfOrder, UnknownDecision, UnknownFact, BrokenPublication: the history is damaged.
        """
        state = self._before(since)
        for stored, following in _with_following(self._read(state.position)):
            made = tuple(each for each in (stored, *following) if _was_made_on(each, stored.position - 1))
            yield Step(state, stored, made)
            state = apply(state, stored.position, stored.fact)

    def made_again(self, fact: EventHandled, state: State) -> Decided | None:
        """A decision made again on its state; None where its customer was erased.

        Raises:
            NothingPublished: it was not made on this state.
        """
        content = opened(self.vault, fact)
        return None if content is None else decide_again(fact, known_then(content, state), state)

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
def walking(data: Path) -> Iterator[Walk]:
    """Open the history and the vault of a data folder.

    Raises:
        apsw.CantOpenError: there is no history in the folder.
    """
    folder = Folder(data)
    reader = HistoryReader(folder.history)
    vault = Vault(folder.vault)
    try:
        head = reader.head
        if head >= WORTH_COMPILING:
            warm_up(str(folder.compiled))
        yield Walk(reader, vault, folder, head)
    finally:
        vault.close()
        reader.close()


def known_then(content: Sealed, state: State) -> Context:
    """Every value that was known when it was decided."""
    attributes = state.publication.attributes if state.publication else {}
    return fill(content.decided_with(), attributes).context


@dataclass(frozen=True, slots=True)
class Differing:
    """A decision that does not come out as it was made, and what differs in words."""

    position: int
    decision: str
    differences: list[str]


@dataclass(slots=True)
class Tally:
    """What became of the decisions so far: `position` is how far history was read, `head` how far it goes.

    `of_another_version` are those that differ, and that another version of `decide` made.
    """

    head: int
    position: int = 0
    reproduced: int = 0
    differing: int = 0
    of_another_version: int = 0
    erased: int = 0
    named: list[Differing] = field(default_factory=list)

    @property
    def decisions(self) -> int:
        return self.reproduced + self.differing + self.of_another_version + self.erased

    def differs(self, stored: Stored, differing: list[str]) -> None:
        self.differing += 1
        if len(self.named) < NAMED and isinstance(stored.fact, EventHandled) and stored.fact.decision:
            self.named.append(Differing(stored.position, stored.fact.decision.decision, differing))

    def __str__(self) -> str:
        parts = f"{self.reproduced:,} reproduced, {self.differing:,} differing, {self.erased:,} erased"
        if self.of_another_version:
            parts += f", {self.of_another_version:,} made by another version of decide"
        return f"{self.decisions:,} decisions: {parts}"


def decisions_of(
    data: Path, *, limit: int | None = None, since: int = 0, tell: Callable[[Tally], None] = lambda tally: None
) -> Tally:
    """Make every decision of a data folder again.

    Args:
        data: the engine's data folder.
        limit: stop after so many decisions.
        since: leave out what was decided before this position; its facts are applied all the same, from the nearest
            good snapshot on.
        tell: hears about the progress, about once in a thousand facts.

    Raises:
        apsw.CantOpenError: there is no history in the folder.
        OutOfOrder, UnknownDecision, UnknownFact, BrokenPublication: the history is damaged.
    """
    with walking(data) as walk:
        tally = Tally(head=walk.head)
        for step in walk.steps(since):
            if _was_made_elsewhere(step.stored):
                tally.differs(step.stored, ["it was not made on the state just before it"])
            for made in step.decisions:
                if limit is not None and tally.decisions >= limit:
                    return tally
                if made.position >= since:
                    _compare(walk, made, step.state, tally)
            tally.position = step.stored.position
            if tally.position % CHUNK == 0:
                tell(tally)
        return tally


def _compare(walk: Walk, stored: Stored, state: State, tally: Tally) -> None:
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.decision is None:
        return
    try:
        again = walk.made_again(fact, state)
    except NothingPublished as error:
        found = [str(error)]
    else:
        if again is None:
            tally.erased += 1
            return
        found = differences(fact.decision, again)
    if not found:
        tally.reproduced += 1
    elif by_another_version(fact.decision):
        tally.of_another_version += 1
    else:
        tally.differs(stored, found)


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


def _was_made_elsewhere(stored: Stored) -> bool:
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.decision is None:
        return False
    return not stored.position - BEHIND <= fact.decision.decided_on < stored.position
