"""`tradewind lab learners`: which learners there are."""

import argparse

from tradewind.engine.lab.learners import LEARNERS, SHIPPED


def run(arguments: argparse.Namespace) -> int:
    for name, entry in LEARNERS.items():
        marks = " (default)" if name == SHIPPED else " (cheats)" if entry.cheats else ""
        print(f"{name:<14} {entry.says}{marks}")
    return 0
