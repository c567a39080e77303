"""What every history does, whatever it is kept in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tradewind.engine.core.events import Fact


class Stored(NamedTuple):
    """A fact at its position; positions count from 1 without a gap."""

    position: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Appended:
    """The positions given, in the order of the facts; `durable` ends when all of them are on the disk."""

    positions: tuple[int, ...]
    durable: Future[None]


class HistoryFailed(RuntimeError):  # noqa: N818 - a refusal, named for what happened
    """A commit failed: what was not durable is lost, nothing more is taken, the process must end."""


class HistoryLocked(RuntimeError):  # noqa: N818 - a refusal, named for what happened
    """Another process writes this history."""


class DuplicateId(ValueError):  # noqa: N818 - a refusal, named for what happened
    """A fact with this id is there already, and nothing of the append was taken."""


class History(Protocol):
    """The append-only log; one writer, used from one thread."""

    @property
    def head(self) -> int:
        """The last position given, 0 when empty."""

    @property
    def failed(self) -> bool:
        """Whether a commit failed, so that nothing can be appended any more."""

    def append(self, facts: Sequence[Fact], *, unused: bool = False, later: bool = False) -> Appended:
        """Give the facts their positions, at once and together; they are durable when `durable` says so.

        `unused` says that the caller made these ids at random or has just looked for them, so that they are not
        looked for again. `later` says that `hand_over` will be called soon; nothing becomes durable before it needs to.

        Raises:
            DuplicateId: one of the ids is used already, committed or not.
            HistoryFailed: an earlier commit failed.
        """

    def hand_over(self) -> None:
        """Begin to make durable what was appended for `later`."""

    def read(self, after: int = 0, limit: int = 1000) -> Iterable[Stored]:
        """Up to `limit` durable facts in order of position, from the first above `after`."""

    def find(self, id: str) -> Stored | None:
        """The fact with this id, also when it is not durable yet."""

    def close(self) -> None:
        """Commit what is waiting and let go."""
