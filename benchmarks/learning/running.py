"""Jobs in two processes, the longest first, with progress; one that fails is told and the others go on."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PROCESSES: Final = 2
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

_rows: Any = None
"""In a process of the pool: the counter that all of them share."""


class Job(Protocol):
    """A piece of the run that can be sent to another process; `weight` is how many rows it will tell of."""

    @property
    def weight(self) -> int: ...

    def run(self, tell: Callable[[int], None]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that did not come to an end, and why."""

    job: Job
    reason: str


def run_all(jobs: Sequence[Job], *, processes: int = PROCESSES, costs: Callable[[Job, int], float]) -> list[Any]:
    """The outcomes, in the order of the jobs; a `Failed` where there is none.

    Args:
        jobs: in any order.
        processes: how many at a time; with one, everything runs in this process.
        costs: about how long a job of so many rows takes, to begin with the longest.
    """
    weights = [_weight(job) for job in jobs]
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("rows", total=sum(weights))
        if processes == 1:
            return [_outcome(job, lambda rows: progress.advance(task, rows)) for job in jobs]
        for name in _ONE_THREAD:
            os.environ[name] = "1"
        context = multiprocessing.get_context("spawn")
        counter = context.Value("q", 0)
        order = sorted(range(len(jobs)), key=lambda number: -costs(jobs[number], weights[number]))
        with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(counter,)) as pool:
            futures = {pool.submit(_in_pool, jobs[number]): number for number in order}
            outcomes = _collected(futures, jobs, lambda: progress.update(task, completed=counter.value), console)
        return [outcomes[number] for number in range(len(jobs))]


def _collected(
    futures: dict[Future[Any], int], jobs: Sequence[Job], show: Callable[[], None], console: Console
) -> dict[int, Any]:
    outcomes: dict[int, Any] = {}
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            number = futures[future]
            error = future.exception()
            outcomes[number] = Failed(jobs[number], repr(error)) if error is not None else future.result()
            if not console.is_terminal:
                console.print(f"{len(outcomes)} of {len(futures)}: {jobs[number]}", soft_wrap=True)
        show()
    return outcomes


def _weight(job: Job) -> int:
    """Nothing for a job whose rows cannot be had: it will fail and say why."""
    try:
        return job.weight
    except LookupError:
        return 0


def _begin(counter: Any) -> None:
    global _rows  # noqa: PLW0603 - how a process of a pool gets what it shares
    _rows = counter


def _in_pool(job: Job) -> Any:
    def tell(rows: int) -> None:
        with _rows.get_lock():
            _rows.value += rows

    return _outcome(job, tell)


def _outcome(job: Job, tell: Callable[[int], None]) -> Any:
    try:
        return job.run(tell)
    except Exception:  # noqa: BLE001 - whatever it is, the other outcomes should not be lost for it
        return Failed(job, traceback.format_exc())
