"""`tradewind engine verify --decisions`: does every decision come out of history as it was made?

One pass in order: each fact is applied once, and each decision is made again on the state just before it. Only its
offers are worked out, not why others were left out. A running engine does not mind.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import apsw

from tradewind.engine.core.compiling import warm_up
from tradewind.engine.core.decide import NothingPublished
from tradewind.engine.core.events import EventHandled, UnknownFact
from tradewind.engine.core.offers import BrokenPublication
from tradewind.engine.core.reproducing import by_another_version, decide_again, differences
from tradewind.engine.core.state import OutOfOrder, State, UnknownDecision, apply
from tradewind.engine.history import BrokenSeal, HistoryReader, Snapshots, Stored, Vault
from tradewind.engine.service.explaining import BEHIND, known_then
from tradewind.engine.service.folder import Folder
from tradewind.engine.service.sealing import opened
from tradewind.engine.service.verify import BROKEN, NOTHING_THERE, WHOLE

NAMED: Final = 20
"""Decisions that differ and are named; the others are counted."""

WORTH_COMPILING: Final = 2000
"""Facts; fewer are folded sooner than the kernels are read from the disk, let alone compiled."""

_CHUNK: Final = 1000


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
    folder = Folder(data)
    reader, vault = HistoryReader(folder.history), Vault(folder.vault)
    try:
        tally = Tally(head=reader.head)
        if tally.head >= WORTH_COMPILING:
            warm_up(str(folder.compiled))
        state = _before(folder, reader, since)
        for stored, following in _with_following(_read(reader, state.position, tally.head)):
            for candidate in (stored, *following):
                if limit is not None and tally.decisions >= limit:
                    return tally
                if _was_made_on(candidate, stored.position - 1) and candidate.position >= since:
                    _make_again(candidate, state, vault, tally)
                elif candidate is stored and _was_made_elsewhere(stored):
                    tally.differs(stored, ["it was not made on the state just before it"])
            state = apply(state, stored.position, stored.fact)
            tally.position = stored.position
            if stored.position % _CHUNK == 0:
                tell(tally)
        return tally
    finally:
        vault.close()
        reader.close()


def verify_decisions(data: Path, *, limit: int | None = None, since: int = 0) -> int:
    """Print the progress and what was found; the exit codes are those of `verify`, 1 where something differs."""
    for needed in (Folder(data).history, Folder(data).vault):
        if not needed.is_file():
            print(f"tradewind engine: there is no {needed.stem} in {data}", file=sys.stderr)
            return NOTHING_THERE
    try:
        tally = decisions_of(data, limit=limit, since=since, tell=_teller())
    except (apsw.Error, OutOfOrder, UnknownDecision, UnknownFact, BrokenPublication, BrokenSeal) as error:
        print(f"tradewind engine: broken, so that no decision can be made again: {error}", file=sys.stderr)
        return BROKEN
    for differing in tally.named:
        told = "; ".join(differing.differences)
        print(f"differs: position {differing.position}, decision {differing.decision}: {told}", file=sys.stderr)
    print(tally)
    return BROKEN if tally.differing else WHOLE


def _teller() -> Callable[[Tally], None]:
    """Says how far it is, at most once a second."""
    told_at = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > 1.0:
            told_at = time.monotonic()
            share = 100 * tally.position // max(tally.head, 1)
            print(f"{tally.position:,} of {tally.head:,} facts ({share} %), {tally}", file=sys.stderr, flush=True)

    return tell


def _before(folder: Folder, reader: HistoryReader, since: int) -> State:
    """A state on which, or behind which, everything decided from `since` on was made."""
    snapshots, latest = Snapshots(folder.snapshots), min(since - BEHIND, reader.head)
    kept = snapshots.nearest(latest, chain_at=reader.chain_at, report=lambda line: print(line, file=sys.stderr))
    return State.empty() if kept is None else kept


def _read(reader: HistoryReader, after: int, head: int) -> Iterator[Stored]:
    """The facts behind `after` up to `head`, in order."""
    while after < head:
        for stored in reader.read(after=after, limit=min(_CHUNK, head - after)):
            after = stored.position
            yield stored


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


def _make_again(stored: Stored, state: State, vault: Vault, tally: Tally) -> None:
    fact = stored.fact
    if not isinstance(fact, EventHandled) or fact.decision is None:
        return
    content = opened(vault, fact)
    if content is None:
        tally.erased += 1
        return
    try:
        found = differences(fact.decision, decide_again(fact, known_then(content, state), state))
    except NothingPublished as error:
        found = [str(error)]
    if not found:
        tally.reproduced += 1
        return
    if by_another_version(fact.decision):
        tally.of_another_version += 1
        return
    tally.differs(stored, found)
