"""The worker runs what is due, remembers what it did, and ends when it is told to."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tradewind.crm.jobs.models import Run
from tradewind.crm.jobs.recurring import Recurring, all_recurring, every
from tradewind.crm.jobs.worker import Worker, run_once

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def rest(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def counting(calls: list[datetime], result: int = 0) -> Callable[[datetime], int]:
    def work(now: datetime) -> int:
        calls.append(now)
        return result

    return work


@pytest.mark.django_db
def test_work_runs_when_it_is_due_and_not_before() -> None:
    clock, calls = Clock(), list[datetime]()
    worker = Worker(clock=clock, recurring=[Recurring("count", 10, counting(calls))])
    assert [worker.run_due(), worker.run_due()] == [1, 0]
    clock.rest(9.9)
    assert worker.run_due() == 0
    clock.rest(0.1)
    assert worker.run_due() == 1
    assert calls == [START, START + timedelta(seconds=10)]


@pytest.mark.django_db
def test_a_stop_ends_the_loop_after_the_work_in_hand() -> None:
    clock, calls = Clock(), list[datetime]()

    def stops(now: datetime) -> int:
        worker.stop()
        return 0

    worker = Worker(
        clock=clock,
        recurring=[Recurring("a", 1, stops), Recurring("b", 1, counting(calls))],
        rest=clock.rest,
    )
    worker.run()
    assert calls == []


@pytest.mark.django_db
def test_the_loop_rests_until_the_next_work_is_due() -> None:
    clock, calls = Clock(), list[datetime]()

    def rest(seconds: float) -> None:
        assert 0 < seconds <= 0.5
        clock.rest(seconds)
        if clock.now >= START + timedelta(seconds=6):
            worker.stop()

    worker = Worker(clock=clock, recurring=[Recurring("count", 2, counting(calls))], rest=rest)
    worker.run()
    assert calls == [START + timedelta(seconds=seconds) for seconds in (0, 2, 4)]


@pytest.mark.django_db
def test_work_that_did_something_leaves_a_run_and_idle_work_does_not() -> None:
    assert run_once(Recurring("busy", 1, counting([], 7)), clock=Clock()) == 7
    assert run_once(Recurring("idle", 1, counting([])), clock=Clock()) == 0
    run = Run.objects.get()
    assert (run.name, run.done, run.finished_at, run.failed_at) == ("busy", 7, START, None)


@pytest.mark.django_db
def test_failed_work_leaves_a_run_with_the_reason_and_the_rest_goes_on() -> None:
    calls: list[datetime] = []

    def fails(now: datetime) -> int:
        raise RuntimeError("no ink")

    worker = Worker(clock=Clock(), recurring=[Recurring("a", 1, fails), Recurring("b", 1, counting(calls))])
    assert worker.run_due() == 2
    assert calls == [START]
    run = Run.objects.get()
    assert (run.name, run.failed_at, run.message) == ("a", START, "RuntimeError: no ink")


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered already"):
        every(5, name="decisions.forward")(lambda now: 0)
    with pytest.raises(ValueError, match="longer than nothing"):
        every(0, name="never")(lambda now: 0)


def test_the_outbox_is_forwarded_every_few_seconds() -> None:
    (forward,) = (recurring for recurring in all_recurring() if recurring.name == "decisions.forward")
    assert forward.seconds <= 5


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_process_ends_cleanly_on_a_signal(tmp_path: Path, migrated: Path, stop: signal.Signals) -> None:
    shutil.copy(migrated, tmp_path / "crm.sqlite")
    environment = {**os.environ, "TRADEWIND_DATA": str(tmp_path), "TRADEWIND_SECRET_KEY": "only for this test"}
    environment.pop("DATABASE_URL", None)
    worker = [sys.executable, "-m", "tradewind.cli", "worker"]
    with subprocess.Popen(
        worker, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "worker: running, Ctrl-C stops it\n"
        process.send_signal(stop)
        said = process.stdout.read()
        assert (process.wait(timeout=60), said) == (0, "worker: stopped\n")
