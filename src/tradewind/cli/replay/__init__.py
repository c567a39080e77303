"""`tradewind replay`: run real data through the engine's Web service and compare with what else could be done.

Nouns: customer (with the true answer to every offer, which the engine never sees), visit (at its instant), walk (one
decision and one answer per visit), result (what the service's own history says happened), story (what was learnt).
Invariants: everything goes through the Web service; the numbers come from its history; a publication that is not
ours is never replaced: into the demo the offers come through its workspace. Called from the command line alone.
"""

import argparse
import os
from pathlib import Path
from typing import Any

WORKERS = 3


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    verb = subparsers.add_parser("replay", help="run real data through the engine and compare")
    sets = verb.add_subparsers(dest="data_set", metavar="DATA-SET", required=True)
    bank = sets.add_parser("universal-bank", help="five products and 5,000 customers of a bank")
    bank.add_argument("--engine", metavar="URL", help="an engine that runs already (default: a scratch one)")
    bank.add_argument("--keys", metavar="FILE", help="its keys, as the demo writes them to engine-keys.json")
    bank.add_argument(
        "--into-demo", action="store_true", help="into the demo that runs: its engine and its marketing's workspace"
    )
    bank.add_argument("--data", type=Path, default=Path(os.environ.get("TRADEWIND_DATA", ".demo")), metavar="DIR",
                      help="the demo's data folder (default $TRADEWIND_DATA or .demo)")  # fmt: skip
    bank.add_argument("--seed", type=int, default=1, help="order of the customers (default 1)")
    bank.add_argument("--limit", type=_positive, metavar="N", help="only the first N customers of that order")
    bank.add_argument("--in-flight", type=_positive, default=WORKERS, metavar="N", help="calls at the same time (3)")
    bank.add_argument("--json", action="store_true", help="end standard output with one JSON object")
    bank.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from tradewind.cli.replay.run import run  # `--help` needs none of it

    return run(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
