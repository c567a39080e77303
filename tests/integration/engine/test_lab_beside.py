"""The process that works out a what-if question: what it says, and that it ends with whoever asked."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import msgspec
import pytest
from tests.engines import RunningEngine
from tests.integration.engine.test_lab import lively
from tests.integration.engine.test_lab_what_if import current

from tradewind.engine.core.offers import canonical
from tradewind.engine.lab.beside import ABANDONED, Question, Said

COMMAND = [sys.executable, "-m", "tradewind.engine.lab.beside"]


def question(engine: RunningEngine, **changes: Any) -> bytes:
    plain = {"document": canonical(current(engine)), "placement": None, "since": 0, "until": engine.head, "margin": 0.0}
    return msgspec.json.encode(Question(**{**plain, **changes})) + b"\n"


@pytest.fixture
def lived(engine: RunningEngine) -> RunningEngine:
    lively(engine, customers=5, control=0.0)
    return engine


def test_it_says_how_far_it_is_and_then_the_result(engine: RunningEngine) -> None:
    lively(engine, customers=270, control=0.0)
    command = [*COMMAND, str(engine.data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(question(engine))
        process.stdin.flush()
        *progress, last = [msgspec.json.decode(line, type=Said) for line in process.stdout]
    assert progress == [Said(at=1000)]
    assert last.result is not None
    assert last.result.decisions == 270
    assert {each.offer: each.would_be_shown for each in last.result.offers} == {
        each.offer: each.shown for each in last.result.offers
    }


def test_it_ends_when_whoever_asked_is_gone(lived: RunningEngine) -> None:
    for asked in (question(lived), question(lived)[:-40], b""):
        done = subprocess.run([*COMMAND, str(lived.data)], input=asked, capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (ABANDONED, b"", b"")


def test_what_cannot_be_made_again_is_said_in_one_line(lived: RunningEngine) -> None:
    command = [*COMMAND, str(lived.data / "nowhere")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(question(lived))
        process.stdin.flush()
        assert process.stdout is not None
        (line,) = [msgspec.json.decode(line, type=Said) for line in process.stdout]
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert (line.result, line.at) == (None, None)
    assert line.reason is not None
