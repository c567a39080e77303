"""`tradewind lab bandit`: a labelled table as a bandit problem, and a learner that goes once through it."""

import argparse
from typing import Any

from rich.table import Table as Printed

from tradewind.cli.lab.paper import paper, print_object, rounded
from tradewind.cli.lab.progress import showing
from tradewind.cli.lab.refusing import Refused
from tradewind.engine.lab.bandit import Trial, try_out
from tradewind.engine.lab.learner import TooLarge
from tradewind.engine.lab.learners import LEARNERS, SHIPPED
from tradewind.engine.lab.problems import Problem
from tradewind.engine.lab.tables import Table, UnusableFile, read_table


def run(arguments: argparse.Namespace) -> int:
    name = arguments.learner or SHIPPED
    table = _table(arguments, name)
    try:
        with showing(name, total=arguments.seeds * len(table.rows)) as tell:
            trial = try_out(table, LEARNERS[name].make, seeds=arguments.seeds, tell=tell)
    except TooLarge as error:
        raise Refused([f"{name} cannot learn from this table: {error}"]) from error
    _print(table, name, trial, aside=arguments.json)
    if arguments.json:
        print_object(as_object(table, name, trial))
    return 0


def _table(arguments: argparse.Namespace, name: str) -> Table:
    """The table that a learner goes through. Raises Refused with every reason."""
    unknown = [] if name in LEARNERS else [f"no learner is called {name}; there are {', '.join(LEARNERS)}"]
    try:
        table = read_table(arguments.csv, arguments.target)
    except UnusableFile as unusable:
        raise Refused([*unknown, *unusable.faults]) from unusable
    if unknown:
        raise Refused(unknown)
    return table


def as_object(table: Table, name: str, trial: Trial) -> dict[str, Any]:
    """What `--json` prints."""
    number, best = best_fixed(table.problem)
    return {
        "learner": name,
        "acceptance": rounded(trial.acceptance),
        "std": rounded(trial.std),
        "seeds": len(trial.acceptances),
        "rows": len(table.rows),
        "offers": len(table.problem.offers),
        "decide_us": round(trial.decide_us, 3),
        "learn_us": round(trial.learn_us, 3),
        "uniform": rounded(1.0 / len(table.problem.offers)),
        "best_fixed": rounded(best),
        "best_fixed_offer": table.problem.offers[number],
        "cheats": LEARNERS[name].cheats,
        "left_out": table.left_out,
    }


def best_fixed(problem: Problem) -> tuple[int, float]:
    """The offer that is best in hindsight, and its acceptance."""
    best = max(range(len(problem.offers)), key=lambda number: problem.hindsight[number])
    return best, problem.hindsight[best]


def _print(table: Table, name: str, trial: Trial, *, aside: bool) -> None:
    number, best = best_fixed(table.problem)
    rows, offers, seeds = len(table.rows), len(table.problem.offers), len(trial.acceptances)
    passes = "1 pass" if seeds == 1 else f"{seeds} passes, each in its own order"
    printed = Printed(title=f"{rows:,} rows, {offers:,} offers, {passes}", title_justify="left")
    printed.add_column("learner")
    for heading in ("acceptance", "±", "decide µs", "learn µs"):
        printed.add_column(heading, justify="right")
    cheats = " (cheats)" if LEARNERS[name].cheats else ""
    figures = (f"{trial.acceptance:.4f}", f"{trial.std:.4f}", f"{trial.decide_us:.1f}", f"{trial.learn_us:.1f}")
    printed.add_row(f"{name}{cheats}", *figures, style="bold")
    printed.add_row("uniform", f"{1.0 / offers:.4f}")
    printed.add_row(f"best fixed: {table.problem.offers[number]}", f"{best:.4f}")
    console = paper(aside=aside)
    console.print(printed)
    console.print(
        "Acceptance is the share of all rows, learning included; ± the deviation of a pass; uniform and best fixed "
        "are worked out from all labels. Times are of the processor, per row.",
        style="dim",
    )
    if table.left_out:
        console.print(f"{table.left_out:,} rows have no label and were left out.")
