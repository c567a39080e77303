"""What a session has come to know: kept for the sessions that are busy, read from history for the others.

State knows only at which position a session's last event lies; what it knew is sealed there under the customer's
key. So after a restart nothing is lost, and after an erasure nothing is left.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from tradewind.engine.core.context import fill
from tradewind.engine.core.events import EventHandled
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.core.state import State
from tradewind.engine.history import History
from tradewind.engine.history.sealing import opened
from tradewind.engine.service.subjects import Subjects

REMEMBERED: Final = 10_000
_NOTHING: Final[Mapping[str, Any]] = {}


class Memory(Protocol):
    """What is needed of an engine."""

    @property
    def state(self) -> State: ...
    @property
    def history(self) -> History: ...
    @property
    def subjects(self) -> Subjects: ...


class _Known(msgspec.Struct, frozen=True, gc=False):
    """Values as of the event at `position`, typed by a publication's declarations."""

    position: int
    publication: CompiledPublication
    values: Mapping[str, Any]


class Contexts:
    """The values that running sessions know, of the sessions last used."""

    def __init__(self, *, most: int = REMEMBERED) -> None:
        self._most = most
        self._sessions: OrderedDict[tuple[str, str], _Known] = OrderedDict()

    def of(
        self, memory: Memory, publication: CompiledPublication, subject: str, session: str, *, now: int
    ) -> Mapping[str, Any]:
        """What is known of a customer in a session at history time `now`, as the publication declares it.

        A value that the publication in force does not declare, or that no longer fits, is not known.
        """
        position = memory.state.sessions.last(subject, session, at=now)
        if position is None:
            return _NOTHING
        known = self._sessions.get((subject, session))
        if known is None or known.position != position:
            values = fill(_read(memory, position), publication.attributes).context.values
        elif known.publication is publication:
            return known.values
        else:
            values = fill(msgspec.to_builtins(known.values), publication.attributes).context.values
        self.keep(subject, session, position, publication, values)
        return values

    def keep(
        self, subject: str, session: str, position: int, publication: CompiledPublication, values: Mapping[str, Any]
    ) -> None:
        """Remember what the session knows after its event at `position`."""
        key = (subject, session)
        self._sessions[key] = _Known(position, publication, values)
        self._sessions.move_to_end(key)
        if len(self._sessions) > self._most:
            self._sessions.popitem(last=False)

    def forget(self, subject: str) -> None:
        """Let go of everything about a customer who was erased."""
        for key in [key for key in self._sessions if key[0] == subject]:
            del self._sessions[key]


def _read(memory: Memory, position: int) -> Mapping[str, Any]:
    """What the event at a position left behind; nothing where its customer was erased."""
    for stored in memory.history.read(after=position - 1, limit=1):
        if isinstance(stored.fact, EventHandled):
            content = opened(memory.subjects.vault, stored.fact)
            return _NOTHING if content is None else content.left_behind()
    return _NOTHING
