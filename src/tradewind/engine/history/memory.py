"""A history in memory: for tests, and for folds that nobody needs to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future

from tradewind.engine.core.events import Fact
from tradewind.engine.history.log import Appended, DuplicateId, Stored


class MemoryHistory:
    """Facts in a list; durable at once, as far as memory goes."""

    def __init__(self) -> None:
        self._facts: list[Fact] = []
        self._positions: dict[str, int] = {}

    @property
    def head(self) -> int:
        return len(self._facts)

    @property
    def failed(self) -> bool:
        return False

    def append(self, facts: Sequence[Fact], *, unused: bool = False, later: bool = False) -> Appended:
        ids = [fact.id for fact in facts]
        for number, known in enumerate([] if unused else ids):
            if known in self._positions or known in ids[:number]:
                raise DuplicateId(f"{known} is in history already")
        first = self.head + 1
        for fact in facts:
            self._facts.append(fact)
            self._positions[fact.id] = self.head
        durable: Future[None] = Future()
        durable.set_result(None)
        return Appended(positions=tuple(range(first, self.head + 1)), durable=durable)

    def hand_over(self) -> None:
        """Nothing is waiting."""

    def read(self, after: int = 0, limit: int = 1000) -> Iterable[Stored]:
        chosen = self._facts[after : after + limit]
        return [Stored(position, fact) for position, fact in enumerate(chosen, start=after + 1)]

    def find(self, id: str) -> Stored | None:
        position = self._positions.get(id)
        return Stored(position, self._facts[position - 1]) if position else None

    def close(self) -> None:
        """Nothing is waiting."""
