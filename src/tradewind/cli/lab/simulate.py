"""`tradewind lab simulate`: a learner in made-up worlds, and its log's estimates beside the truth."""

import argparse
import statistics
from collections.abc import Callable
from typing import Any

from rich.table import Table as Printed

from tradewind.cli.lab.paper import paper, print_object, rounded
from tradewind.cli.lab.progress import showing
from tradewind.cli.lab.refusing import Refused
from tradewind.engine.lab.learners import LEARNERS, SHIPPED
from tradewind.engine.lab.simulating import WINDOW, Life, live
from tradewind.engine.lab.worlds import OFFERS, STANDING, WORLDS, World

FEWEST = 4 * WINDOW


def run(arguments: argparse.Namespace) -> int:
    name = arguments.learner or SHIPPED
    reasons = []
    if name not in LEARNERS or LEARNERS[name].cheats:
        known = ", ".join(name for name, entry in LEARNERS.items() if not entry.cheats)
        reasons.append(f"no learner is called {name} that can live in a world; there are {known}")
    if arguments.world not in {None, *WORLDS}:
        reasons.append(f"no world is called {arguments.world}; there are {', '.join(WORLDS)}")
    if arguments.rows < FEWEST:
        reasons.append(f"a world has at least {FEWEST} rows")
    if reasons:
        raise Refused(reasons)
    names = [arguments.world] if arguments.world else list(WORLDS)
    with showing(name, total=len(names) * arguments.seeds * arguments.rows) as tell:
        lives = {each: _lives(each, name, arguments, tell) for each in names}
    found = [as_object(each, lived) for each, lived in lives.items()]
    _print(name, found, aside=arguments.json)
    if arguments.json:
        print_object({"learner": name, "rows": arguments.rows, "seeds": arguments.seeds, "worlds": found})
    return 0


def _lives(world: str, name: str, arguments: argparse.Namespace, tell: Callable[[int], None]) -> list[Life]:
    return [
        live(World(world, arguments.rows, seed), LEARNERS[name].make, tell=tell)
        for seed in range(1, arguments.seeds + 1)
    ]


def as_object(world: str, lives: list[Life]) -> dict[str, Any]:
    """What `--json` prints of one world; `covered` counts the lives whose intervals hold the truth, of `estimated`."""
    estimates = [(each, float(life.even.mean())) for life in lives if (each := life.estimated()) is not None]
    found: dict[str, Any] = {
        "world": world,
        "acceptance": _mean(life.accepted.mean() for life in lives),
        "uniform": _mean(life.even.mean() for life in lives),
        "best": _mean(life.best.mean() for life in lives),
        "estimated": len(estimates),
        "covered": {
            name: sum(getattr(each, name).low <= truth <= getattr(each, name).high for each, truth in estimates)
            for name in ("ips", "snips", "dr")
        },
    }
    if world == "drift":
        found["recovered_after"] = [life.recovered_after for life in lives]
    if World(world, 0, 0).has_agents:
        found["off_by"] = _mean(life.off_by for life in lives)
    if world == "arrivals":
        shows = [life.first_shows(offer) for life in lives for offer in range(STANDING, OFFERS)]
        found["fifty_shows_in_uniform_shares"] = [each and rounded(each[0] / each[1]) for each in shows]
    return found


def _mean(values: Any) -> float:
    return rounded(statistics.fmean(float(value) for value in values))


def _print(name: str, worlds: list[dict[str, Any]], *, aside: bool) -> None:
    printed = Printed(title=f"{name} in made-up worlds", title_justify="left")
    printed.add_column("world")
    for heading in ("acceptance", "uniform", "best possible", "truth covered by IPS, SNIPS, DR"):
        printed.add_column(heading, justify="right")
    for each in worlds:
        covered = ", ".join(str(number) for number in each["covered"].values())
        figures = (f"{each[field]:.4f}" for field in ("acceptance", "uniform", "best"))
        printed.add_row(each["world"], *figures, f"{covered} of {each['estimated']}")
    console = paper(aside=aside)
    console.print(printed)
    for each in worlds:
        if "recovered_after" in each:
            told = ", ".join("never" if at is None else f"{at:,}" for at in each["recovered_after"])
            console.print(f"Rows after the turn until recovered: {told}.")
        if "off_by" in each:
            told = "said beside it" if World(each["world"], 0, 0).tells_agents else "an attribute"
            console.print(f"Agents, who are {told}: an offer's acceptance is off by {100 * each['off_by']:.1f} points.")
        if "fifty_shows_in_uniform_shares" in each:
            told = ", ".join("never" if at is None else f"{at:.1f}" for at in each["fifty_shows_in_uniform_shares"])
            console.print(f"A new offer's first fifty shows, in multiples of what a uniform share takes: {told}.")
