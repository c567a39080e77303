"""kill -9 at any call that changes a file loses nothing that was acknowledged, and nothing is there twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.reliability import whole
from tests.reliability.folders import scratch
from tests.reliability.under_load import kill_under_load

ROOT = Path(__file__).parents[3]
STEP = 3
"""Every third call here; every call in `make reliability`."""


def test_a_kill_at_any_call_loses_nothing_that_was_acknowledged() -> None:
    command, paths = (
        [sys.executable, "-m", "tests.reliability.at_each_call", "--step", str(STEP)],
        f"{ROOT}:{ROOT / 'src'}",
    )
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kills = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert [(kill["at"], kill["result"]["wrong"]) for kill in kills if kill["result"]["wrong"]] == []
    assert [kill["killed"] for kill in kills] == [True] * (len(kills) - 1) + [False]
    assert kills[-1]["at"] > 100


def test_kills_under_load_lose_nothing_that_was_acknowledged() -> None:
    with scratch() as folder:
        result = kill_under_load(folder / "data", kills=3, seed=1, progress=print)
    assert result.wrong == []
    assert (result.lost, result.double, result.corrupt) == (0, 0, 0)
    assert result.acknowledged > 0


def test_kills_come_over_a_folder_of_their_own_behind_other_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "FLIPS", 0)
    monkeypatch.setattr(whole, "KILLS", 1)
    with scratch() as folder:
        rows = [whole.inject(name, folder, print) for name in ("flips", "kills under load")]
    assert [row.wrong for row in rows] == [[], []]
