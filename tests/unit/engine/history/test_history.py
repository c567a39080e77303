"""What every history keeps, in memory and in SQLite."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.unit.engine.history.made import closed

from tradewind.engine.history import DuplicateId, History, MemoryHistory, SqliteHistory, Stored


@pytest.fixture(params=["memory", "sqlite"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    make: dict[str, Callable[[], History]] = {
        "memory": MemoryHistory,
        "sqlite": lambda: SqliteHistory(tmp_path / "history.sqlite"),
    }
    history = make[request.param]()
    yield history
    history.close()


def test_positions_are_given_at_once_and_without_a_gap(history: History) -> None:
    assert history.head == 0
    assert history.append([closed(1)]).positions == (1,)
    assert history.append([closed(2), closed(3)]).positions == (2, 3)
    assert history.append([]).positions == ()
    assert history.head == 3


def test_what_is_durable_is_read_in_order_from_any_position(history: History) -> None:
    for number in range(1, 8):
        durable = history.append([closed(number)]).durable
    durable.result(timeout=10)
    assert list(history.read()) == [Stored(number, closed(number)) for number in range(1, 8)]
    assert [stored.position for stored in history.read(after=3, limit=2)] == [4, 5]
    assert list(history.read(after=7)) == []


def test_a_fact_is_found_before_and_after_it_is_durable(history: History) -> None:
    appended = history.append([closed(number) for number in range(1, 120)])
    assert history.find("w-119") == Stored(119, closed(119))
    appended.durable.result(timeout=10)
    assert history.find("w-119") == Stored(119, closed(119))
    assert history.find("w-120") is None


def test_an_id_is_used_once_for_ever(history: History) -> None:
    appended = history.append([closed(1)])
    with pytest.raises(DuplicateId, match="w-1"):
        history.append([closed(1)])
    appended.durable.result(timeout=10)
    with pytest.raises(DuplicateId):
        history.append([closed(2), closed(1)])
    with pytest.raises(DuplicateId):
        history.append([closed(3), closed(3)])
    assert history.head == 1
    assert history.find("w-2") is None


def test_a_caller_that_gives_up_does_not_cancel_the_others(history: History) -> None:
    first, second = history.append([closed(1)]), history.append([closed(2)])
    assert not first.durable.cancel()
    second.durable.result(timeout=10)
    first.durable.result(timeout=10)
