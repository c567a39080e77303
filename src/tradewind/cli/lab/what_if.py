"""`tradewind lab what-if`: a draft publication over a history."""

import argparse
from collections.abc import Sequence
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
from tradewind.engine.lab.walking import lacking
from tradewind.engine.service.faults import BodyRefused, Reader

MOST_LISTED = 30

_reader: Reader[wire.Publication] = Reader(wire.Publication)


def run(arguments: argparse.Namespace) -> int:
    draft, reasons = read_draft(arguments.publication)
    if draft is not None and arguments.placement not in {None, *draft.placements}:
        reasons.append(f"the draft has no placement {arguments.placement}")
    if draft is None or reasons:
        raise Refused([*reasons, *filter(None, [lacking(arguments.data)])])
    with folded(arguments.data, since=arguments.since) as tell:
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


def read_draft(path: Path) -> tuple[CompiledPublication | None, list[str]]:
    """The publication in a file, compiled; or all that is wrong with it."""
    try:
        document, _ = _reader.fully(path.read_bytes())
    except OSError as error:
        return None, [f"{path}: {error.strerror or error}"]
    except BodyRefused as refused:
        return None, _in_words(path, refused.faults)
    compiled, faults, _ = compile_publication(document)
    return compiled, _in_words(path, faults)


def _in_words(path: Path, faults: Sequence[wire.Fault]) -> list[str]:
    return [f"{path}{fault.path}: {fault.message}" for fault in faults]


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
