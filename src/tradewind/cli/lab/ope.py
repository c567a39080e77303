"""`tradewind lab ope`: what another policy would have brought, from what was logged."""

import argparse
from typing import Any

from rich.table import Table as Printed

from tradewind.cli.lab.paper import paper, print_object, rounded
from tradewind.cli.lab.refusing import Refused
from tradewind.engine.lab.estimating import Estimate, Estimates, Log, NotEnough, estimate
from tradewind.engine.lab.logged import Columns, read_log

WORDS = {"ips": "IPS", "snips": "SNIPS", "dr": "DR"}


def run(arguments: argparse.Namespace) -> int:
    if arguments.log is None:
        raise Refused(["name a file with a log"])
    log = read_log(
        arguments.log, Columns(arguments.chosen, arguments.reward, arguments.probability, arguments.policy)
    )  # fmt: skip
    return judge(log, arguments.policy, {}, as_json=arguments.json)


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
        **{name: _estimate(getattr(found, name)) for name in WORDS},
    }


def _estimate(found: Estimate | None) -> dict[str, float] | None:
    if found is None:
        return None
    return {"estimate": rounded(found.point), "low": rounded(found.low), "high": rounded(found.high)}


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
