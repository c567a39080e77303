"""A power cut at any point of the story loses nothing that was acknowledged; and the test would see it if it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.reliability.folders import scratch
from tests.reliability.power_cuts import Recording, play, record
from tests.reliability.shim import Io
from tests.reliability.story import Word

from tradewind.engine.history import SqliteHistory
from tradewind.engine.history.sums import PageSums
from tradewind.engine.service.engine import Engine

SEEDS = 300
TEETH = 60
"""Seeds within which a planted bug must show itself."""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("told") / "story")


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as folder:
        yield folder


@pytest.mark.parametrize("first", range(0, SEEDS, SEEDS // 3))
def test_a_power_cut_loses_nothing_that_was_acknowledged(recording: Recording, folder: Path, first: int) -> None:
    results = list(play(recording, range(first, first + SEEDS // 3), folder))
    assert [wrong for result in results for wrong in result.wrong] == []
    assert sum(result.acknowledged for result in results) > SEEDS // 3


def show_themselves(recording: Recording, folder: Path) -> Iterator[str]:
    """What goes wrong, seed by seed, until the first few have."""
    for result in play(recording, range(TEETH), folder):
        yield from result.wrong


def without_flush(recording: Recording, *names: str) -> Recording:
    """As if the engine never flushed these files."""
    kept: list[Io | Word] = [
        each
        for each in recording.happened
        if isinstance(each, Word) or each.kind not in ("sync", "sync_folder") or not each.path.endswith(names)
    ]
    return replace(recording, happened=kept)


@pytest.mark.parametrize(
    "names",
    [("history.sqlite-wal",), ("vault.sqlite-wal",), ("secret.partial",), ("history.sqlite", "history.sqlite.sums")],
    ids=lambda names: names[0],
)
def test_a_flush_that_is_left_out_is_found(recording: Recording, folder: Path, names: tuple[str, ...]) -> None:
    assert next(show_themselves(without_flush(recording, *names), folder), None) is not None


@pytest.mark.parametrize("synchronous", ["normal", "off"])
def test_weaker_settings_of_sqlite_are_found(folder: Path, synchronous: str) -> None:
    weak = record(folder / "story", synchronous=synchronous)
    assert next(show_themselves(weak, folder), None) is not None


async def at_once(_engine: Engine, _position: int) -> None:
    """Answers before it is durable."""


def found_nothing(_history: SqliteHistory, _id: str) -> None:
    """Never recognises a call that came before."""


def taken_by_nobody(_sums: PageSums) -> None:
    """Leaves the sums as they were."""


PLANTED: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "answer before durable": lambda patch: patch.setattr(Engine, "durable", at_once),
    "skip dedupe": lambda patch: patch.setattr(SqliteHistory, "find", found_nothing),
    "forget the sums": lambda patch: patch.setattr(PageSums, "take", taken_by_nobody),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    PLANTED[bug](monkeypatch)
    planted = record(folder / "story")
    assert next(show_themselves(planted, folder), None) is not None
