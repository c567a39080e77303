"""A history in one file: it outlives the process, has one writer, and never acknowledges what is not on the disk."""

import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import apsw
import pytest
from tests.unit.engine.history.made import closed

from tradewind.engine.history import HistoryFailed, HistoryLocked, SqliteHistory, Verified, verify
from tradewind.engine.history.sqlite import PROMPT_S, _promptly


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def test_a_history_goes_on_where_it_stopped(path: Path) -> None:
    first = SqliteHistory(path)
    first.append([closed(1), closed(2)])
    first.close()
    again = SqliteHistory(path)
    assert again.head == 2
    assert again.append([closed(3)]).positions == (3,)
    again.close()
    verified = verify(path)
    assert isinstance(verified, Verified)
    assert verified.head == 3


def test_appending_nothing_is_durable_at_once_and_harms_nothing(path: Path) -> None:
    history = SqliteHistory(path)
    nothing = history.append([])
    nothing.durable.result(10)
    assert nothing.positions == ()
    history.append([closed(1)]).durable.result(10)
    history.close()
    verified = verify(path)
    assert isinstance(verified, Verified)
    assert verified.head == 1


def test_closing_commits_what_is_waiting(path: Path) -> None:
    history = SqliteHistory(path)
    appended = [history.append([closed(number)]) for number in range(500)]
    history.close()
    assert all(each.durable.done() and each.durable.exception() is None for each in appended)
    with pytest.raises(HistoryFailed, match="closed"):
        history.append([closed(500)])


def test_many_facts_share_a_commit(path: Path) -> None:
    history = SqliteHistory(path)
    durables = [history.append([closed(number)]).durable for number in range(2000)]
    history.close()
    assert 2000 / 50 <= len(set(map(id, durables))) < 2000


def test_facts_for_later_share_a_commit_once_they_are_handed_over(path: Path) -> None:
    history = SqliteHistory(path)
    first, second = (history.append([closed(number)], later=True).durable for number in (1, 2))
    assert first is second
    assert history.find(closed(2).id) is not None
    history.hand_over()
    first.result(timeout=10)
    assert [stored.position for stored in history.read()] == [1, 2]
    history.close()


def test_closing_commits_what_was_not_handed_over(path: Path) -> None:
    history = SqliteHistory(path)
    durables = [history.append([closed(number)], later=True).durable for number in range(60)]
    history.close()
    assert all(durable.exception(timeout=0) is None for durable in durables)


def test_a_failed_commit_also_fails_what_was_not_handed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = SqliteHistory(path)
    failing, gathering = threading.Event(), threading.Event()

    def fail(*_: object) -> None:
        failing.set()
        assert gathering.wait(10)
        raise apsw.FullError("no room")

    monkeypatch.setattr(history, "_inserted", fail)
    first = history.append([closed(1)]).durable
    assert failing.wait(10)
    waiting = history.append([closed(2)], later=True).durable
    gathering.set()
    assert isinstance(first.exception(timeout=10), HistoryFailed)
    assert isinstance(waiting.exception(timeout=10), HistoryFailed)
    history.close()


def test_a_second_writer_is_refused_until_the_first_lets_go(path: Path) -> None:
    first = SqliteHistory(path)
    with pytest.raises(HistoryLocked, match=r"history\.sqlite"):
        SqliteHistory(path)
    first.close()
    SqliteHistory(path).close()


def test_commits_are_flushed_to_the_disk(path: Path) -> None:
    history = SqliteHistory(path)
    assert history._writer.pragma("synchronous") == 2
    assert history._writer.pragma("journal_mode") == "wal"
    history.close()


@pytest.mark.parametrize("change", ["UPDATE history SET at = 0", "DELETE FROM history WHERE position = 2"])
def test_the_table_refuses_to_be_changed(path: Path, change: str) -> None:
    history = SqliteHistory(path)
    history.append([closed(1), closed(2)])
    history.close()
    with pytest.raises(apsw.ConstraintError, match="append-only"):
        apsw.Connection(str(path)).execute(change)


def test_after_a_failed_commit_nothing_is_taken_and_nothing_is_tried_again(path: Path) -> None:
    history = SqliteHistory(path)
    history.append([closed(1)]).durable.result(timeout=10)
    intruder = apsw.Connection(str(path))
    intruder.execute("DROP TRIGGER history_is_never_changed")
    intruder.execute("CREATE TRIGGER full BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    lost = history.append([closed(2)])
    with pytest.raises(HistoryFailed):
        lost.durable.result(timeout=10)
    assert history.failed
    intruder.execute("DROP TRIGGER full")
    with pytest.raises(HistoryFailed):
        history.append([closed(3)])
    history.close()
    again = SqliteHistory(path)
    assert again.head == 1
    assert again.find("w-2") is None
    again.close()


def test_the_process_has_its_switch_interval_again_once_every_history_has_moved_its_log() -> None:
    usual, first, second = sys.getswitchinterval(), ExitStack(), ExitStack()
    first.enter_context(_promptly())
    second.enter_context(_promptly())
    first.close()
    assert sys.getswitchinterval() == pytest.approx(PROMPT_S)
    second.close()
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_a_history_whose_last_row_is_damaged_is_not_opened(path: Path) -> None:
    history = SqliteHistory(path)
    history.append([closed(1), closed(2)])
    history.close()
    file = apsw.Connection(str(path))
    file.execute("DROP TRIGGER history_is_never_changed")
    file.execute("UPDATE history SET body = x'7b7d' WHERE position = 2")
    file.close()
    with pytest.raises(HistoryFailed, match="the last row, 2"):
        SqliteHistory(path)
    with pytest.raises(HistoryFailed):  # and the lock was let go
        SqliteHistory(path)


WRITER = """
import sys
import threading
from pathlib import Path
from tests.unit.engine.history.made import closed
from tradewind.engine.history import SqliteHistory
history = SqliteHistory(Path(sys.argv[1]))
number = history.head
while True:
    batch = []
    for _ in range(7):
        number += 1
        batch.append((number, history.append([closed(number)]).durable))
    for acknowledged, durable in batch:
        durable.result()
        print(acknowledged, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    """kill -9 in the middle of appends, again and again: nothing acknowledged is lost, and no gap is left."""
    root = Path(__file__).parents[4]
    acknowledged = 0
    for after in (40, 200, 90, 150, 15):
        command, paths = [sys.executable, "-c", WRITER, str(path)], {"PYTHONPATH": f"{root}:{root / 'src'}"}
        with subprocess.Popen(command, env=paths, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(after):
                acknowledged = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().split("\n")[:-1]
        acknowledged = int(rest[-1]) if rest else acknowledged
        verified = verify(path)
        assert isinstance(verified, Verified)
        assert verified.head >= acknowledged
    history = SqliteHistory(path)
    assert [stored.fact for stored in history.read(limit=10_000)] == [closed(n) for n in range(1, history.head + 1)]
    history.close()
