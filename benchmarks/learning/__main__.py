"""`make bench-learning`: every learner and every peer on every set, as lines in benchmarks/results/ and in the docs.

    python -m benchmarks.learning [--sets a,b] [--learners a,b] [--seeds N] [--rows N] [--parts a,b] [--processes N]

Without an option the whole is run, and written. With any of them it is a quick look that writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Final

from benchmarks.learning import page
from benchmarks.learning.contestants import BEST_FIXED, ORACLE, names
from benchmarks.learning.estimators import CAMPAIGNS, LOGS, Logs, OpenBandit
from benchmarks.learning.outcomes import READABLE, Outcomes, figures
from benchmarks.learning.running import PROCESSES, Job, run_all
from benchmarks.learning.sets import MOST_ROWS, SETS
from benchmarks.learning.tables import Calibration, Check, Pass
from benchmarks.learning.worlds import SIZES, Living
from benchmarks.pages import DOCS
from benchmarks.results import figures as kept
from benchmarks.results import keep, start_run
from tradewind.engine.core.compiling import warm_up
from tradewind.engine.lab.learners import SHIPPED

SEEDS: Final = 5
CHECKED_ON: Final = ("phishing", "segments")
LOGS_A_JOB: Final = 50
NOT_IN_WORLDS: Final = frozenset({"treebandit", "bootstrapped", "hoeffding-forest", BEST_FIXED, ORACLE})
"""The first three take too long; the others would have to know the future."""

_COSTS: Final = {"treebandit": 30.0, ORACLE: 10.0, "vowpal": 6.0, "hoeffding-forest": 6.0}
"""About how much longer than the others some take for a row."""


class Asked(argparse.Namespace):
    """What was asked for."""

    sets: list[str]
    learners: list[str]
    seeds: int
    rows: int
    parts: list[str]
    processes: int


def _passes(asked: Asked) -> list[Job]:
    return [
        Pass(name, learner, asked.rows, asked.seeds)
        for name in asked.sets
        if name in SETS
        for learner in asked.learners
    ]


def _worlds(asked: Asked) -> list[Job]:
    return [
        Living(name, learner, asked.rows if asked.rows < MOST_ROWS else max(SIZES.values()), asked.seeds)
        for name in asked.sets
        if name in SIZES
        for learner in asked.learners
        if learner not in NOT_IN_WORLDS
    ]


def _calibration(asked: Asked) -> list[Job]:
    judged = [name for name in dict.fromkeys((SHIPPED, READABLE)) if name in asked.learners]
    return [Calibration(name, learner, asked.rows) for name in asked.sets if name in SETS for learner in judged]


def _estimators(asked: Asked) -> list[Job]:
    logs = LOGS if asked.rows >= MOST_ROWS else LOGS_A_JOB
    return [
        *(OpenBandit(campaign) for campaign in CAMPAIGNS),
        *(Logs(first, LOGS_A_JOB) for first in range(1, logs + 1, LOGS_A_JOB)),
    ]


def _checks(asked: Asked) -> list[Job]:
    checked = [name for name in asked.learners if name != BEST_FIXED]
    return [Check(name, learner) for name in CHECKED_ON if name in asked.sets for learner in checked]


PARTS: Final[dict[str, Callable[[Asked], list[Job]]]] = {
    "checks": _checks,
    "tables": _passes,
    "worlds": _worlds,
    "calibration": _calibration,
    "estimators": _estimators,
}


def main() -> int:
    asked = _asked()
    whole = len(sys.argv) == 1
    warm_up()
    start_run("learning", keep=whole)
    jobs = [job for part in asked.parts for job in PARTS[part](asked)]
    began = time.perf_counter()
    outcomes = Outcomes.sorted_out(run_all(jobs, processes=asked.processes, costs=_cost))
    for figure in figures(outcomes):
        keep(figure)
    faults = _faults(outcomes)
    print(f"{len(jobs)} jobs in {time.perf_counter() - began:.0f} s", flush=True)
    for fault in faults:
        print(fault, file=sys.stderr)
    if whole and not faults:
        page.write(outcomes, kept())
        print(f"tables and curves are in {page.PAGE.relative_to(DOCS.parent)}")
    return 1 if faults else 0


def _faults(outcomes: Outcomes) -> list[str]:
    """Why the run has failed: a job that did not end, or a uniform policy that did not get the uniform rate."""
    return [
        *(f"failed: {failed.job}\n{failed.reason}" for failed in outcomes.failed),
        *(
            f"a uniform policy through {each.contestant} got {each.rate.found:.4f} of {each.set} and not "
            f"{each.rate.expected:.4f}: {each.rate.deviations:+.1f} standard errors"
            for each in outcomes.checked
            if not each.rate.holds
        ),
    ]


def _cost(job: Job, rows: int) -> float:
    return rows * _COSTS.get(getattr(job, "contestant", ""), 1.0)


def _asked() -> Asked:
    parser = argparse.ArgumentParser(prog="make bench-learning", description=__doc__)
    everything = [*SETS, *SIZES]
    parser.add_argument("--sets", type=_some_of(everything), default=everything, help=", ".join(everything))
    parser.add_argument("--learners", type=_some_of(names()), default=names(), help=", ".join(names()))
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"passes, each in its own order ({SEEDS})")
    parser.add_argument("--rows", type=int, default=MOST_ROWS, help=f"of a set at most ({MOST_ROWS})")
    parser.add_argument("--parts", type=_some_of(list(PARTS)), default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--processes", type=int, default=PROCESSES, help=f"at a time ({PROCESSES})")
    return parser.parse_args(namespace=Asked())


def _some_of(known: list[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        wanted = text.split(",")
        if unknown := [name for name in wanted if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(known)}")
        return wanted

    return read


if __name__ == "__main__":
    sys.exit(main())
