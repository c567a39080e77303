"""Children of the demo: they are looked after, and end in reverse order."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tradewind.cli.demo import family as family_module
from tradewind.cli.demo.family import MOST_RESTARTS, PAUSE_BEFORE_RESTART_SECONDS, Family
from tradewind.cli.processes import ProcessFailed


class Minutes:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def clock() -> Minutes:
    return Minutes()


@pytest.fixture
def family(tmp_path: Path, said: list[str], clock: Minutes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Family]:
    """A family whose children are small Python programs."""
    monkeypatch.setattr(family_module, "tradewind", lambda *words: [sys.executable, "-c", *words])
    made = Family(logs=tmp_path / "logs", environment={}, say=said.append, is_stopping=lambda: False, monotonic=clock)
    yield made
    made.stop()


def test_children_end_in_reverse_order(family: Family, said: list[str]) -> None:
    family.start("the engine", "import time; time.sleep(600)")
    family.start("the web", "import time; time.sleep(600)")
    family.stop()
    assert said == ["Stopping the web.", "Stopping the engine."]
    assert all(member.child.has_ended for member in family.members)


def test_a_child_that_ended_by_itself_is_started_again_after_a_pause(
    family: Family, said: list[str], clock: Minutes
) -> None:
    member = family.start("the engine", "raise SystemExit(3)")
    first = member.child
    first.process.wait()
    family.look_after()
    family.look_after()
    assert said == ["the engine ended with code 3; it is started again."]
    assert member.child is first
    clock.seconds += PAUSE_BEFORE_RESTART_SECONDS
    family.look_after()
    assert member.child is not first


def test_a_child_that_ends_again_and_again_is_given_up_with_its_last_words(family: Family, clock: Minutes) -> None:
    member = family.start("the engine", "print('no room on the disk'); raise SystemExit(3)")
    for _ in range(MOST_RESTARTS):
        member.child.process.wait()
        family.look_after()
        clock.seconds += PAUSE_BEFORE_RESTART_SECONDS
        family.look_after()
    member.child.process.wait()
    with pytest.raises(ProcessFailed, match="no room on the disk"):
        family.look_after()


def test_a_child_that_ends_before_it_answers_is_said_with_its_last_words(family: Family) -> None:
    member = family.start("the web", "print('port?'); raise SystemExit(1)", ready_url="http://127.0.0.1:9/health/ready")
    with pytest.raises(ProcessFailed, match=r"the web ended with code 1[\s\S]*port\?"):
        family.wait_for(member)


def test_a_child_that_does_not_hear_is_ended_all_the_same(family: Family, tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    member = family.start("the worker", deaf)
    while "deaf" not in member.child.log.read_text():
        pass
    member.child.stop(patience_seconds=0.2)
    assert member.child.has_ended
