"""Snapshots: whole or not there, and never gone on from where anything is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.engine.core.world import HOUR, World, document, offer

from tradewind.engine.core.state import State, apply, state_digest
from tradewind.engine.history import HistoryReader, SqliteHistory, snapshots
from tradewind.engine.history.snapshots import Snapshots, Unusable, header_of, read, spread
from tradewind.engine.history.snapshotting import NotTaken, Taken, take

type Lines = list[str]


class Folder:
    """A history on the disk with its snapshots; what is reported is kept in `said`."""

    def __init__(self, path: Path) -> None:
        self.history = path / "history.sqlite"
        self.snapshots = path / "snapshots"
        self.world = World(document(offer("a"), offer("b")))
        self.said: Lines = []
        self.written = 0

    def live(self, turns: int) -> None:
        """So many decisions and answers, then everything to the disk."""
        for _ in range(turns):
            token = self.world.ask(f"s-{self.world.asked % 3}")
            self.world.answer(token, "a", "accepted")
            self.world.now += HOUR
        history = SqliteHistory(self.history)
        history.append(self.world.facts[self.written :]).durable.result()
        history.close()
        self.written = len(self.world.facts)

    def take(self) -> Taken:
        return take(self.history, self.snapshots, report=self.said.append)

    def start(self, position: int | None = None) -> State:
        """The state that an engine would start with: the nearest snapshot and the tail."""
        reader = HistoryReader(self.history)
        position = reader.head if position is None else position
        kept = Snapshots(self.snapshots).nearest(position, chain_at=reader.chain_at, report=self.said.append)
        state = kept or State.empty()
        for stored in reader.read(after=state.position, limit=position - state.position):
            state = apply(state, stored.position, stored.fact)
        reader.close()
        return state

    def files(self) -> list[Path]:
        return sorted(self.snapshots.glob("*.snapshot"))

    def folded(self, position: int) -> State:
        state = State.empty()
        for place, fact in enumerate(self.world.facts[:position], start=1):
            state = apply(state, place, fact)
        return state


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.live(4)
    return made


def test_a_start_from_a_snapshot_and_the_tail_is_the_full_replay(folder: Folder) -> None:
    folder.take()
    folder.live(5)
    assert state_digest(folder.start()) == state_digest(folder.world.state)
    assert folder.said == []


def test_a_snapshot_says_what_it_is_of(folder: Folder) -> None:
    assert folder.take() == Taken(position=9, folded=9)
    header = header_of(folder.files()[0])
    assert (header.position, header.digest) == (9, state_digest(folder.world.state))


def test_the_next_one_goes_on_from_the_last(folder: Folder) -> None:
    folder.take()
    folder.live(2)
    assert folder.take() == Taken(position=13, folded=4)
    assert folder.take() == Taken(position=13, folded=0)


def test_a_state_of_the_past_starts_from_the_snapshot_before_it(folder: Folder) -> None:
    folder.take()
    folder.live(5)
    folder.take()
    for position in (3, 9, 12, 19):
        assert state_digest(folder.start(position)) == state_digest(folder.folded(position))


def test_only_its_owner_may_read_it(folder: Folder) -> None:
    folder.take()
    assert folder.files()[0].stat().st_mode & 0o777 == 0o600
    assert folder.snapshots.stat().st_mode & 0o777 == 0o700


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flip(content: bytes) -> bytes:
    middle = len(content) * 2 // 3
    return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        flip,
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: b"something else" * 100,
        lambda content: content[:-32] + bytes(32),
        lambda content: content[:19] + b"\xff" * 8 + content[27:],
    ],
)
def test_a_broken_one_is_passed_over_for_an_older_one(folder: Folder, damage: Callable[[bytes], bytes]) -> None:
    folder.take()
    folder.live(5)
    folder.take()
    newest = folder.files()[-1]
    newest.write_bytes(damage(newest.read_bytes()))
    assert state_digest(folder.start()) == state_digest(folder.world.state)
    assert len(folder.said) == 1
    assert newest.name in folder.said[0]


def test_every_flipped_bit_of_a_snapshot_is_seen(folder: Folder) -> None:
    folder.take()
    path = folder.files()[0]
    whole, reader = path.read_bytes(), HistoryReader(folder.history)
    for place in range(0, len(whole), max(1, len(whole) // 200)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Unusable):
            read(path, chain_at=reader.chain_at)
    reader.close()


def test_one_of_another_history_is_refused(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Folder(tmp_path / "other")
    other.world.now += HOUR
    other.live(4)
    other.take()
    folder.snapshots.mkdir()
    other.files()[0].rename(folder.snapshots / other.files()[0].name)
    assert state_digest(folder.start()) == state_digest(folder.world.state)
    assert "another history" in folder.said[0]


def test_one_of_a_position_that_history_has_not_is_refused(folder: Folder) -> None:
    folder.take()
    folder.files()[0].rename(folder.snapshots / "000000000004.snapshot")
    folder.start()
    assert "position 9" in folder.said[0]


def test_one_of_the_future_is_not_looked_at(folder: Folder, tmp_path: Path) -> None:
    folder.live(5)
    folder.take()
    assert state_digest(folder.start(9)) == state_digest(folder.folded(9))


def test_those_of_a_future_that_was_undone_are_let_go(folder: Folder) -> None:
    folder.take()
    folder.live(5)
    folder.take()
    Snapshots(folder.snapshots).forget_beyond(9)
    assert [path.stem for path in folder.files()] == ["000000000009"]


@pytest.mark.parametrize(("what", "said"), [("FOLD", "folded by version"), ("FORMAT", "its format is")])
def test_one_of_another_version_is_passed_over_and_let_go(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, what: str, said: str
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(snapshots, what, getattr(snapshots, what) + 1)
        folder.take()
    assert state_digest(folder.start()) == state_digest(folder.world.state)
    assert said in folder.said[0]
    folder.live(1)
    folder.take()
    assert [path.stem for path in folder.files()] == ["000000000011"]


def test_one_that_cannot_be_written_leaves_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotTaken, match="No space left"):
        folder.take()
    assert [path.name for path in folder.snapshots.iterdir()] == ["taking.lock"]


def test_two_are_not_taken_at_once(folder: Folder) -> None:
    def again(line: str) -> None:
        raise AssertionError(line)

    folder.snapshots.mkdir()
    seen: list[str] = []

    def wanted() -> bool:
        with pytest.raises(NotTaken) as refused:
            take(folder.history, folder.snapshots, report=again)
        seen.append(str(refused.value))
        return True

    take(folder.history, folder.snapshots, report=again, is_wanted=wanted)
    assert "another process" in seen[0]


def test_nobody_waiting_for_it_any_more_ends_it(folder: Folder) -> None:
    with pytest.raises(NotTaken, match="nobody waits"):
        take(folder.history, folder.snapshots, report=folder.said.append, is_wanted=lambda: False)
    assert folder.files() == []


def test_a_kill_at_any_moment_leaves_only_whole_ones(folder: Folder) -> None:
    folder.live(60)
    command = [sys.executable, "-m", "tradewind.engine.history.snapshotting"]
    for turn in range(6):
        process = subprocess.Popen(
            [*command, str(folder.history), str(folder.snapshots)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        while process.poll() is None and not any(folder.snapshots.glob("*.partial")) and turn < 5:
            time.sleep(0.0001)
        if turn < 5:
            process.kill()
        assert process.stdout is not None
        process.communicate()
        for path in folder.files():
            reader = HistoryReader(folder.history)
            read(path, chain_at=reader.chain_at)
            reader.close()
    assert folder.files()
    assert not list(folder.snapshots.glob("*.partial"))


def test_few_are_kept_however_long_history_grows_and_each_position_has_one_near() -> None:
    kept: list[int] = []
    for head in range(100, 50_001, 100):
        kept = sorted(spread([head, *kept], head), reverse=True)
        assert len(kept) < 40
        for newer, older in zip(kept, [*kept[1:], 0], strict=True):
            assert newer - older <= max(100, (head - older) // 4)
    assert kept[:3] == [50_000, 49_900, 49_800]


def test_thinning_lets_files_go(folder: Folder) -> None:
    for _ in range(12):
        folder.live(1)
        folder.take()
    positions = [each.position for each in Snapshots(folder.snapshots).kept()]
    assert positions[:3] == [33, 31, 29]
    assert len(positions) < 12
    assert set(positions) == spread(positions, 33)


def test_a_folder_that_is_named_like_one_hinders_nothing(folder: Folder) -> None:
    (folder.snapshots / "000000000001.snapshot").mkdir(parents=True)
    for _ in range(6):
        folder.live(1)
        folder.take()
    assert folder.said == []
    assert folder.start().position == folder.world.state.position
