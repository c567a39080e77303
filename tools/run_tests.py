"""Run the tests folder by folder and print, for each, how many there were and how long they took.

    tools/run_tests.py [folder …] [-- pytest arguments]

The budgets are aims printed beside the time, never assertions: a slow machine is not a bug.
"""

import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "tests"
NOTHING_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Folder:
    name: str
    budget_seconds: int
    workers: int
    plugins: tuple[str, ...] = ()
    """Those of `PLUGINS` that its tests need."""


PLUGINS = ("schemathesis", "playwright", "anyio")
"""What pytest would load into every process of a run, for seconds each."""
FOLDERS = (
    Folder("unit", 90, 2),
    Folder("properties", 90, 2),
    Folder("integration", 300, 2, plugins=("schemathesis",)),
    Folder("browser", 240, 0, plugins=("playwright",)),
    Folder("house", 60, 0),
)


@dataclass(frozen=True, slots=True)
class Result:
    folder: Folder
    tests: int
    bad: int
    skipped: tuple[str, ...]
    seconds: float
    exit_code: int


def run(folder: Folder, extra: list[str]) -> Result:
    report = REPORTS / f"{folder.name}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"tests/{folder.name}", "-q", f"--junitxml={report}", *extra]
    for plugin in set(PLUGINS) - set(folder.plugins):
        command += ["-p", f"no:{plugin}"]
    if folder.workers:
        command += ["-n", str(folder.workers), "--dist", "loadfile", "--no-loadscope-reorder"]
    print(f"\n== {folder.name}", flush=True)
    started = time.monotonic()
    exit_code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return read(folder, report, time.monotonic() - started, exit_code)


def read(folder: Folder, report: Path, seconds: float, exit_code: int) -> Result:
    if not report.exists():
        return Result(folder, 0, 0, (), seconds, exit_code)
    suites = list(ET.parse(report).getroot().iter("testsuite"))
    counts = {key: sum(int(s.get(key, 0)) for s in suites) for key in ("tests", "failures", "errors")}
    skipped = tuple(element.get("message", "") for s in suites for element in s.iter("skipped"))
    return Result(folder, counts["tests"], counts["failures"] + counts["errors"], skipped, seconds, exit_code)


def summarise(results: list[Result]) -> None:
    print("\nfolder         tests  failed  skipped   time   aim")
    for r in results:
        counts = f"{r.folder.name:<13} {r.tests:6d} {r.bad:7d} {len(r.skipped):8d}"
        print(f"{counts} {r.seconds:5.0f} s {r.folder.budget_seconds:4d} s")
    for reason in sorted({reason for r in results for reason in r.skipped}):
        print(f"skipped: {reason}")
    tests = sum(r.tests for r in results)
    print(f"\n{tests} tests in {sum(r.seconds for r in results):.0f} s")


def main(arguments: list[str]) -> int:
    names, extra = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        names, extra = arguments[:at], arguments[at + 1 :]
    REPORTS.mkdir(parents=True, exist_ok=True)
    results = [run(folder, extra) for folder in FOLDERS if not names or folder.name in names]
    summarise(results)
    failed = [r for r in results if r.exit_code not in (0, NOTHING_COLLECTED)]
    empty = [r.folder.name for r in results if r.tests == 0 and not names]
    if empty:
        print(f"no test ran in: {', '.join(empty)}")
    return 1 if failed or empty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
