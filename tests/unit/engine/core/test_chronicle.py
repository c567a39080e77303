"""The state knows where the changes of each predictor lie, and a snapshot knows it too."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.engine.core.test_changing import answered, drifted, pruned, split, world_of

from tradewind.engine.core.events import ScorerRefitted
from tradewind.engine.core.keeping import packed, unpacked
from tradewind.engine.core.predictors import chronicle
from tradewind.engine.core.predictors.chronicle import OF_SCORER, OF_TREE, Chronicle, Entry
from tradewind.engine.core.state import State, state_digest


def refitted(offer: str, at: int) -> ScorerRefitted:
    return ScorerRefitted(id=f"r/{offer}/{at}", offer=offer, responses=20, nodes=b"", counts=b"", says=b"", at=at)


def test_each_change_is_noted_at_its_position() -> None:
    world, _ = world_of((10, "accepted"), (500, "rejected"))
    world.remember(split(world))
    first = world.state.position
    answered(world, 20, "accepted")
    world.remember(drifted(world, (0,), since=1))
    world.remember(pruned(world))
    last = world.state.position
    entries = world.state.chronicle.of("a")
    assert [entry.position for entry in entries] == [first, last - 1, last]
    assert {entry.sort for entry in entries} == {OF_TREE}
    assert entries[0].at == world.facts[first - 1].at
    assert world.state.chronicle.of("nobody") == ()


def test_a_snapshot_brings_the_changes_back() -> None:
    world, _ = world_of((10, "accepted"), (500, "rejected"))
    world.remember(split(world))
    world.state.chronicle.note(world.state.position, refitted("ofertă", at=7))
    back = unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(world.state)))))
    assert back.chronicle.of("ofertă") == [Entry(world.state.position, 7, OF_SCORER)]
    assert back.chronicle.of("a") == world.state.chronicle.of("a")
    assert state_digest(back) == state_digest(world.state)


def test_the_digest_covers_where_changes_lie() -> None:
    state, other = State.empty(), State.empty()
    other.chronicle.note(1, refitted("a", at=1))
    assert state_digest(state) != state_digest(other)


def test_only_the_newest_changes_of_an_offer_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "MOST", 3)
    kept = Chronicle()
    kept.note(1, refitted("b", at=1))
    for position in range(1, 6):
        kept.note(position, refitted("a", at=position))
    assert [entry.position for entry in kept.of("a")] == [3, 4, 5]
    assert [entry.position for entry in kept.of("b")] == [1]
