"""The `tradewind` command: one file per verb, each with `register(subparsers)`.

A verb's module is imported only when the verb is called, so that starting stays fast and a machine
with only the engine installed has no use for Django. A verb sets `run` on its parser: a function
of the parsed arguments that returns the exit code. This package is the only one that may look
into every room.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

VERBS: dict[str, str] = {
    "engine": "serve the decision engine, make its keys, verify its history",
    "web": "serve the CRM and its portals",
    "worker": "run recurring work: forward answers, close runs",
    "manage": "Django's management commands",
    "demo": "the demo company: engine, web and simulated conversations",
    "replay": "run real data through the engine and compare",
    "ledger": "prove the books again, and export them",
    "lab": "judge learners and policies",
}
"""Verb (and module under tradewind.cli) to what `tradewind --help` says of it."""

INTERRUPTED = 130
"""The exit code where Ctrl-C ended it."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="tradewind", description="Real-time offers and the partner channel.")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    called = next((word for word in given if not word.startswith("-")), None)
    if called in VERBS:
        importlib.import_module(f"tradewind.cli.{called}").register(subparsers)
    else:
        for verb, says in VERBS.items():
            subparsers.add_parser(verb, help=says, add_help=False)
    chosen = parser.parse_args(given)
    try:
        return int(chosen.run(chosen) or 0)
    except KeyboardInterrupt:  # a verb that has something to say of it does; most of them are still loading then
        print("tradewind: stopped.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main())
