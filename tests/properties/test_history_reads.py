"""Both histories are the same history."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine.core.world import World, document, offer
from tests.unit.engine.history.made import closed

from tradewind.engine.core.state import State, apply, state_digest
from tradewind.engine.history import DuplicateId, History, MemoryHistory, SqliteHistory, Verified, verify

batches = st.lists(st.lists(st.integers(0, 30), max_size=6), max_size=12)


def told(history: History, batch: list[int]) -> tuple[int, ...] | None:
    try:
        return history.append([closed(number) for number in batch]).positions
    except DuplicateId:
        return None


@settings(max_examples=40, deadline=None)
@given(batches=batches, after=st.integers(0, 40), limit=st.integers(0, 40))
def test_memory_and_sqlite_give_the_same_positions_refusals_and_reads(
    batches: list[list[int]], after: int, limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        memory, sqlite = MemoryHistory(), SqliteHistory(path)
        for batch in batches:
            assert told(memory, batch) == told(sqlite, batch)
            assert memory.head == sqlite.head
            assert [memory.find(f"w-{number}") for number in range(31)] == [
                sqlite.find(f"w-{number}") for number in range(31)
            ]
        sqlite.close()
        again = SqliteHistory(path)
        assert list(again.read()) == list(memory.read())
        assert list(again.read(after, limit)) == list(memory.read(after, limit))
        again.close()
        assert isinstance(verify(path), Verified)


@settings(max_examples=20, deadline=None)
@given(answers=st.lists(st.sampled_from(["accepted", "rejected", "interested", None]), max_size=15))
def test_a_state_folded_from_a_file_is_the_state_that_lived(answers: list[str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(document(*(offer(f"o{n}") for n in range(4))))
        for answer in answers:
            token = world.ask()
            if answer:
                world.answer(token, world.shown(token)[0], answer)
        history = SqliteHistory(Path(folder) / "history.sqlite")
        for fact in world.facts:
            history.append([fact])
        history.close()
        again = SqliteHistory(Path(folder) / "history.sqlite")
        state = State.empty()
        for stored in again.read():
            state = apply(state, stored.position, stored.fact)
        again.close()
        assert state_digest(state) == state_digest(world.state)
