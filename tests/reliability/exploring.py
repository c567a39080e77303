"""Tests that draw their examples, run anew with other examples than `make test` has."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Tested:
    """How many tests ran, and what went wrong in words: the test's name and where it failed."""

    tests: int
    wrong: list[str]

    def __str__(self) -> str:
        return f"{self.tests} tests, {len(self.wrong)} failed"


def explore(names: Sequence[str], report: Path, environment: Mapping[str, str] | None = None) -> Tested:
    """Run the tests under these names in processes of their own; the examples that fail stay in `.hypothesis`."""
    command = [sys.executable, "-m", "pytest", *names, "-q", "-n", str(WORKERS), f"--junitxml={report}"]
    explored = {**os.environ, **(environment or {}), "TRADEWIND_EXPLORE": "1", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    done = subprocess.run(command, cwd=ROOT, env=explored, capture_output=True, text=True, check=False)
    if not report.exists():
        return Tested(0, [f"pytest ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}"])
    tested = read(report)
    if done.returncode and not tested.wrong:
        tested.wrong.append(f"pytest ended with {done.returncode}: {done.stdout[-500:]}")
    return tested


def read(report: Path) -> Tested:
    """What a JUnit report says."""
    cases = list(ET.parse(report).getroot().iter("testcase"))
    wrong = [
        f"{case.get('classname')}.{case.get('name')}: {bad.get('message')}"
        for case in cases
        for bad in (*case.iter("failure"), *case.iter("error"))
    ]
    return Tested(len(cases), wrong)
