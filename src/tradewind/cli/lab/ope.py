"""`tradewind lab ope`: what another policy would have brought, from what was logged."""

import argparse
import dataclasses
from collections.abc import Iterator
from typing import Any

from rich.table import Table as Printed

from tradewind.cli.lab.folded import folded
from tradewind.cli.lab.paper import interval, paper, print_object, rounded
from tradewind.cli.lab.refusing import Refused
from tradewind.engine.lab.estimating import Estimate, Estimates, Log, NotEnough, estimate
from tradewind.engine.lab.histories import Asked, UnknownPolicy, history_log
from tradewind.engine.lab.logged import Columns, read_log

WORDS = {"ips": "IPS", "snips": "SNIPS", "dr": "DR"}

COLUMNS = ("chosen", "reward", "probability")
"""What the columns of a log are called unless somebody says otherwise."""

MOST_UNSUPPORTED = 0.001
"""Of a policy's probability may lie on what had no chance: so far off an estimate may be for that reason."""


def run(arguments: argparse.Namespace) -> int:
    if reasons := list(_confused(arguments)):
        raise Refused(reasons)
    if arguments.data is not None:
        return _from_history(arguments)
    columns = Columns(
        arguments.chosen, arguments.reward, arguments.probability, arguments.policy, arguments.predicted
    )  # fmt: skip
    log = read_log(arguments.log, columns)
    return judge(log, arguments.policy, {}, as_json=arguments.json)


def _confused(arguments: argparse.Namespace) -> Iterator[str]:
    """What does not belong together."""
    if (arguments.log is None) == (arguments.data is None):
        yield "name either a file with a log, or the data folder of an engine with --data"
    elif arguments.data is None and (arguments.rank, arguments.placement, arguments.since) != (1, None, 1):
        yield "--rank, --placement and --since ask about an engine's history, not about a file"
    elif arguments.log is None and (arguments.chosen, arguments.reward, arguments.probability) != COLUMNS:
        yield "--chosen, --reward and --probability name columns of a file, and a history has none"
    elif arguments.log is None and arguments.predicted is not None:
        yield "--predicted names columns of a file, and a history has predictions of its own"


def _from_history(arguments: argparse.Namespace) -> int:
    asked = Asked(arguments.policy, arguments.rank, arguments.placement, arguments.since)
    with folded(arguments.data, since=arguments.since) as tell:
        try:
            found = history_log(arguments.data, asked, tell=tell)
        except UnknownPolicy as error:
            raise Refused([str(error)]) from error
    if not any(dataclasses.astuple(found.left)) and not len(found.log.rewards):
        where = f" of the placement {arguments.placement}" if arguments.placement else ""
        raise Refused([f"there is no decision{where} from position {arguments.since} on"])
    if found.unsupported > MOST_UNSUPPORTED:
        share = f"{100 * found.unsupported:.1f} %"
        raise Refused([f"{arguments.policy} would give {share} of its probability to offers that had no chance"])
    told = {f"left_out_{why}": number for why, number in dataclasses.asdict(found.left).items() if number}
    return judge(found.log, f"{arguments.policy}, rank {arguments.rank}", told, as_json=arguments.json)


def judge(log: Log, policy: str, told: dict[str, Any], *, as_json: bool) -> int:
    """Estimate and print; `told` says where the log is from. Raises Refused where there is not enough evidence."""
    try:
        found = estimate(log)
    except NotEnough as doubts:
        raise Refused(doubts.reasons) from doubts
    _print(policy, found, told, aside=as_json)
    if as_json:
        print_object({"policy": policy, **told, **as_object(found)})
    return 0


def as_object(found: Estimates) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "size": found.size,
        "effective_size": rounded(found.effective),
        "mean_weight": rounded(found.mean_weight),
        "largest_weight": rounded(found.largest_weight),
        "logged": rounded(found.logged),
        **{name: interval(getattr(found, name)) for name in WORDS},
    }


def _print(policy: str, found: Estimates, told: dict[str, Any], *, aside: bool) -> None:
    printed = Printed(title=f"{policy}, from {found.size:,} choices", title_justify="left")
    printed.add_column("estimator")
    for heading in ("estimate", "95 % low", "high"):
        printed.add_column(heading, justify="right")
    for name, word in WORDS.items():
        each: Estimate | None = getattr(found, name)
        numbers = (each.point, each.low, each.high) if each else ()
        printed.add_row(word, *(f"{number:.4f}" for number in numbers), *([] if each else ["–"]))
    printed.add_row("as logged", f"{found.logged:.4f}", style="dim")
    console = paper(aside=aside)
    console.print(printed)
    console.print(
        f"They are worth {found.effective:,.0f} choices of this policy's own; mean weight {found.mean_weight:.3f}, "
        f"largest {found.largest_weight:.1f}.",
    )
    for what, number in told.items():
        console.print(f"{what.replace('_', ' ')}: {number}", style="dim")
