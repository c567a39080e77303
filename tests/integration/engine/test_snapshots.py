"""An engine that starts from a snapshot knows and decides what it would have without one."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines import RunningEngine, start_engine
from tests.integration.engine.test_process import Serving, run
from tests.publications import ATTRIBUTES, sample

from tradewind.engine.core.context import fill
from tradewind.engine.core.decide import Request, decide
from tradewind.engine.core.events import OffersDecided
from tradewind.engine.core.exploration import Draws
from tradewind.engine.core.state import State, apply, state_digest
from tradewind.engine.history import HistoryReader
from tradewind.engine.history.folder import Folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "engine"


@pytest.fixture
def lived(data: Path) -> Iterator[RunningEngine]:
    """An engine with some decisions and answers behind it."""
    running = start_engine(data)
    running.publish(sample())
    live(running, 6)
    yield running
    running.stop()


def live(running: RunningEngine, turns: int) -> None:
    for turn in range(turns):
        decision = running.event(customer=f"c-{turn % 4}", attributes=ATTRIBUTES).json["decision"]
        for offer in decision["offers"][:2]:
            answer = running.respond({"decision": decision["id"], "offer": offer["offer"], "outcome": "accepted"})
            assert answer.status == 200


def replayed(data: Path) -> State:
    reader, state = HistoryReader(Folder(data).history), State.empty()
    for stored in reader.read(limit=10_000):
        state = apply(state, stored.position, stored.fact)
    reader.close()
    return state


def next_decision(state: State) -> OffersDecided:
    assert state.publication is not None
    context = fill(ATTRIBUTES, state.publication.attributes).context
    request = Request("desk", "call-center", "0" * 32, context)
    return decide(request, state, now=state.at + 1, rng=Draws(b"the same")).as_fact("t", presents=True)


def test_a_restart_from_a_snapshot_gives_equal_digests_and_the_same_next_decision(
    lived: RunningEngine, data: Path
) -> None:
    assert "snapshot at position" in run("snapshot", "--data", str(data)).stdout
    live(lived, 3)
    lived.stop()
    again = start_engine(data)
    try:
        assert again.engine.snapshotter.position > 0
        full = replayed(data)
        assert state_digest(again.engine.state) == state_digest(full)
        assert next_decision(again.engine.state) == next_decision(full)
        live(again, 2)
        assert state_digest(again.engine.state) == state_digest(replayed(data))
    finally:
        again.stop()


def test_a_broken_newest_one_falls_back_to_the_one_before(lived: RunningEngine, data: Path) -> None:
    for _ in range(2):
        live(lived, 2)
        assert run("snapshot", "--data", str(data)).returncode == 0
    lived.stop()
    older, newest = sorted(Folder(data).snapshots.glob("*.snapshot"))[-2:]
    newest.write_bytes(newest.read_bytes()[:-40])
    again = start_engine(data)
    assert again.engine.snapshotter.position == int(older.stem)
    assert state_digest(again.engine.state) == state_digest(replayed(data))
    again.stop()


def test_an_engine_has_snapshots_taken_while_it_answers(data: Path) -> None:
    running = start_engine(data, snapshot_every=10)
    running.publish(sample())
    live(running, 8)
    deadline = time.monotonic() + 60
    while not running.engine.snapshotter.position:
        assert time.monotonic() < deadline
        assert running.engine.snapshotter.failures == 0
        assert running.event(attributes=ATTRIBUTES).status == 200
    metrics = running.call("GET", "/metrics", scope="read").body.decode()
    running.stop()
    assert re.search(r"^tradewind_snapshot_position [1-9]", metrics, re.M)
    assert list(Folder(data).snapshots.glob("*.snapshot"))


def test_a_snapshot_that_fails_is_told_and_counted_and_the_engine_goes_on(data: Path) -> None:
    data.mkdir(mode=0o700)
    Folder(data).snapshots.write_text("not a folder")
    running = start_engine(data, snapshot_every=10)
    running.publish(sample())
    live(running, 8)
    deadline = time.monotonic() + 60
    while not running.engine.snapshotter.failures:
        assert time.monotonic() < deadline
        assert running.event(attributes=ATTRIBUTES).status == 200
    running.stop()
    assert running.engine.failure is None


def test_the_command_without_a_history_says_so(data: Path) -> None:
    done = run("snapshot", "--data", str(data))
    assert done.returncode == 1
    assert "no history" in done.stderr


def test_a_served_engine_says_where_it_goes_on_from(lived: RunningEngine, data: Path) -> None:
    run("snapshot", "--data", str(data))
    lived.stop()
    served = Serving(data)
    assert re.search(r"goes on from the snapshot at position \d+", served.said)
    assert served.end(signal.SIGTERM) == 0
