"""The state at a position of the past, folded again from the snapshot before it, beside the running engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from tradewind.engine.core.state import State, apply
from tradewind.engine.history import HistoryReader, Snapshots

KEPT: Final = 2
"""States that are kept for the next question: near decisions are often asked about one after the other."""

_NEAR: Final = 2_000
"""A snapshot is read only where it saves the fold of more facts than these."""

_CHUNK: Final = 200
_BURST: Final = 20
_BREATH_S: Final = 50e-6


class Interrupted(Exception):  # noqa: N818 - an order, not an error
    """The engine is ending; nobody waits for this state any more."""


class Past:
    """States of the past; used on one thread, and a state only until the next is asked for.

    Between bursts of facts the thread sleeps for a moment: it shares the interpreter with the decisions.
    """

    def __init__(self, path: Path, snapshots: Path) -> None:
        self._path = path
        self._snapshots = Snapshots(snapshots)
        self._reader: HistoryReader | None = None
        self._recent: list[State] = []
        self.is_ending = False

    def at(
        self,
        position: int,
        *,
        tell: Callable[[int], None] = lambda at: None,
        stops: Collection[int] = (),
        look: Callable[[State], None] = lambda state: None,
    ) -> State:
        """The state at a position that is durable; `tell` hears how far the fold has come.

        `look` is shown the state at each of the `stops` that the fold passes; it may not keep it.

        Raises:
            Interrupted: `is_ending` was set meanwhile.
        """
        if self._reader is None:
            self._reader = HistoryReader(self._path)
        state = self._nearest(position, self._reader)
        while state.position < position:
            tell(state.position)
            facts = self._reader.read(after=state.position, limit=min(_CHUNK, position - state.position))
            for number, stored in enumerate(facts):
                state = apply(state, stored.position, stored.fact)
                if stored.position in stops:
                    look(state)
                if number % _BURST == 0:
                    self._breathe()
        self._recent = [state, *self._recent][:KEPT]
        return state

    def close(self) -> None:
        self._recent = []
        if self._reader is not None:
            self._reader.close()

    def _nearest(self, position: int, reader: HistoryReader) -> State:
        """A kept state to go on from, which is then no longer kept, since the fold consumes it; or a snapshot's."""
        usable = [state for state in self._recent if state.position <= position]
        nearest = max(usable, key=lambda state: state.position, default=State.empty())
        snapshot = self._snapshots.nearest(
            position, after=nearest.position + _NEAR, chain_at=reader.chain_at, report=lambda line: None
        )
        if snapshot is not None:
            return snapshot
        self._recent = [state for state in self._recent if state is not nearest]
        return nearest

    def _breathe(self) -> None:
        if self.is_ending:
            raise Interrupted
        time.sleep(_BREATH_S)
