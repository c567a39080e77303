"""`tradewind lab replay`: fold a history again, make every decision again, and compare."""

import argparse

from tradewind.cli.lab.folded import folded
from tradewind.cli.lab.paper import print_object
from tradewind.engine.lab.replaying import Tally, decisions_of

DIFFERING = 1


def run(arguments: argparse.Namespace) -> int:
    with folded(arguments.data, since=arguments.since) as tell:
        tally = decisions_of(
            arguments.data,
            limit=arguments.limit,
            since=arguments.since,
            tell=lambda found: tell(found.position, found.head),
        )
    if arguments.json:
        print_object(as_object(tally))
    else:
        print(tally)
        for each in tally.named:
            print(f"position {each.position}, decision {each.decision}: {'; '.join(each.differences)}")
    return DIFFERING if tally.differing else 0


def as_object(tally: Tally) -> dict[str, object]:
    """What `--json` prints."""
    return {
        "decisions": tally.decisions,
        "reproduced": tally.reproduced,
        "differing": tally.differing,
        "erased": tally.erased,
        "of_another_version": tally.of_another_version,
        "differences": [
            {"position": each.position, "decision": each.decision, "differences": each.differences}
            for each in tally.named
        ],
    }
