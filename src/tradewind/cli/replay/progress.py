"""Progress on standard error: a bar where somebody watches, a line per tenth where a file does."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from tradewind.cli.replay.walk import Step


class Tally:
    """Acceptance and value as they stand."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = values
        self.steps = 0
        self._accepted = 0
        self._value = 0.0

    def add(self, step: Step) -> None:
        self.steps += 1
        if step.accepted and step.offer:
            self._accepted += 1
            self._value += self._values[step.offer]

    def __str__(self) -> str:
        steps = max(1, self.steps)
        return f"acceptance {self._accepted / steps:.3f}, value {self._value / steps:.2f}"


@contextmanager
def showing(console: Console, tally: Tally, *, total: int) -> Iterator[Callable[[Step], None]]:
    """Gives the function that is told of every step, which the tally counts."""
    if not console.is_terminal:
        yield _lines(console, tally, total)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as bar:
        yield _moves(bar, bar.add_task("", total=total), tally)


def _moves(bar: Progress, task: TaskID, tally: Tally) -> Callable[[Step], None]:
    def on_step(step: Step) -> None:
        tally.add(step)
        bar.update(task, advance=1, description=str(tally))

    return on_step


def _lines(console: Console, tally: Tally, total: int) -> Callable[[Step], None]:
    every = max(1, total // 10)

    def on_step(step: Step) -> None:
        tally.add(step)
        if tally.steps % every == 0 or tally.steps == total:
            console.print(f"{tally.steps:>6,} of {total:,}: {tally}", highlight=False)

    return on_step
