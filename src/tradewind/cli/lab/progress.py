"""Progress on standard error: a bar where somebody watches, a line per tenth where a file does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def showing(what: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Gives the function that is told how many more are done."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _lines(console, what, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.update(task, advance=more)


def _lines(console: Console, what: str, total: int) -> Callable[[int], None]:
    done, every = 0, max(1, total // 10)

    def tell(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if done // every > before // every:
            console.print(f"{what}: {done:,} of {total:,}", markup=False)

    return tell
