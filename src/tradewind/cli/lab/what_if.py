"""`tradewind lab what-if`: a draft publication over a history."""

import argparse
from pathlib import Path

import msgspec
from rich.table import Table as Printed
from rich.text import Text

from tradewind.cli.lab.folded import folded
from tradewind.cli.lab.paper import paper, print_object
from tradewind.cli.lab.refusing import Refused
from tradewind.engine import wire
from tradewind.engine.core.offers import compile_publication
from tradewind.engine.core.published import CompiledPublication
from tradewind.engine.lab.estimating import Estimate
from tradewind.engine.lab.supposed import Supposed
from tradewind.engine.lab.supposing import what_if

MOST_LISTED = 30


def run(arguments: argparse.Namespace) -> int:
    draft = read_draft(arguments.publication)
    with folded(arguments.data) as tell:
        found = what_if(
            arguments.data,
            draft,
            placement=arguments.placement,
            since=arguments.since,
            margin=arguments.margin,
            tell=tell,
        )
    _print(found, aside=arguments.json)
    if arguments.json:
        print_object(msgspec.to_builtins(found.told()))
    return 0


def read_draft(path: Path) -> CompiledPublication:
    """The publication in a file, compiled. Raises Refused with every fault."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=wire.Publication)
    except (OSError, msgspec.MsgspecError) as error:
        raise Refused([f"{path}: {error}"]) from error
    compiled, faults, _ = compile_publication(document)
    if compiled is None:
        raise Refused([f"{path}{fault.path}: {fault.message}" for fault in faults])
    return compiled


def _print(found: Supposed, *, aside: bool) -> None:
    printed = Printed(title=f"{found.decisions:,} decisions, made again with the draft", title_justify="left")
    printed.add_column("offer")
    for heading in ("was shown", "would be shown"):
        printed.add_column(heading, justify="right")
    listed = sorted({*found.shown, *found.was_shown}, key=lambda offer: (-found.shown[offer], offer))
    for offer in listed[:MOST_LISTED]:
        printed.add_row(offer, f"{found.was_shown[offer]:,}", f"{found.shown[offer]:,}")
    console = paper(aside=aside)
    console.print(printed)
    if len(listed) > MOST_LISTED:
        console.print(f"and {len(listed) - MOST_LISTED} offers more")
    console.print(f"First offers that competed: {100 * found.logged:.1f} % accepted, as logged.")
    if found.acceptance is not None and found.gain is not None:
        console.print(f"With the draft {_percent(found.acceptance)}, a gain of {_percent(found.gain)}.")
    if found.ranked_by_profiles:
        console.print(f"In {found.ranked_by_profiles:,} of them offers had no scorer yet, and their profiles ranked.")
    evidence = (
        f", with a margin of {100 * found.margin:g} %. "
        f"{found.compared:,} decisions are worth {found.effective:,.0f} of the draft's own; "
        f"{100 * found.unsupported:.1f} % of what it would show first had no chance then."
    )
    console.print(Text.assemble("Verdict: ", (found.verdict, "bold"), evidence))


def _percent(found: Estimate) -> str:
    return f"{100 * found.point:.1f} % ({100 * found.low:.1f} to {100 * found.high:.1f})"
