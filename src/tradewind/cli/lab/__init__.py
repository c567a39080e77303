"""`tradewind lab`: judge learners and policies.

Nouns: those of `engine.lab`, which does the work; here is what people and programs see of it.
Invariants: results go to standard output, everything else to standard error; with `--json` the only line of standard
output is one object; what cannot be used is refused with every reason. Called from the command line alone.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    lab = subparsers.add_parser("lab", help="judge learners and policies", description=__doc__)
    commands = lab.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _register_bandit(commands)
    _register_ope(commands)
    _register_simulate(commands)
    _register_what_if(commands)
    _register_replay(commands)
    learners = commands.add_parser("learners", help="list the learners there are")
    learners.set_defaults(run=_running("learners"))


def _register_bandit(commands: "argparse._SubParsersAction[Any]") -> None:
    bandit = commands.add_parser("bandit", help="a learner on a labelled table, one pass, the label hidden")
    bandit.add_argument("--csv", type=Path, required=True, metavar="FILE", help="UTF-8, with a header")
    bandit.add_argument("--target", required=True, metavar="COLUMN", help="the label: each of its values is an offer")
    bandit.add_argument("--seeds", type=_positive, default=5, metavar="N", help="passes, each in its own order (5)")
    bandit.add_argument("--learner", metavar="NAME", help="which one (default: the engine's scorers)")
    _add_json(bandit)
    bandit.set_defaults(run=_running("bandit"))


def _register_ope(commands: "argparse._SubParsersAction[Any]") -> None:
    ope = commands.add_parser("ope", help="estimate what another policy would have brought, from a log")
    ope.add_argument("log", type=Path, nargs="?", metavar="FILE", help="CSV: one choice a line, in their order")
    ope.add_argument("--data", type=Path, metavar="FOLDER", help="instead of a file: an engine's data folder")
    ope.add_argument("--rank", type=_positive, default=1, metavar="N", help="with --data: which rank that competes (1)")
    ope.add_argument("--placement", metavar="NAME", help="with --data: only its decisions")
    _add_since(ope)
    ope.add_argument("--policy", required=True, metavar="POLICY", help="see docs/reference/lab.md")
    for name, means in (
        ("chosen", "the offer that was chosen"),
        ("reward", "what it brought, 0 to 1"),
        ("probability", "the selection probability it was drawn with"),
    ):
        ope.add_argument(f"--{name}", default=name, metavar="COLUMN", help=f"{means} ({name})")
    ope.add_argument("--predicted", metavar="q_*", help="the rewards predicted for each offer, for DR (running means)")
    _add_json(ope)
    ope.set_defaults(run=_running("ope"))


def _register_simulate(commands: "argparse._SubParsersAction[Any]") -> None:
    simulate = commands.add_parser("simulate", help="a learner in made-up worlds whose truth is known")
    simulate.add_argument("--world", metavar="NAME", help="one of those in docs/reference/lab.md (default: all)")
    simulate.add_argument("--learner", metavar="NAME", help="which one (default: the engine's scorers)")
    simulate.add_argument("--rows", type=_positive, default=4000, metavar="N", help="customers of a world (4000)")
    simulate.add_argument("--seeds", type=_positive, default=5, metavar="N", help="worlds of each kind (5)")
    _add_json(simulate)
    simulate.set_defaults(run=_running("simulate"))


def _register_what_if(commands: "argparse._SubParsersAction[Any]") -> None:
    supposing = commands.add_parser("what-if", help="a draft publication over the decisions of a history")
    supposing.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="an engine's data folder")
    supposing.add_argument("--publication", type=Path, required=True, metavar="FILE", help="the draft, as JSON")
    supposing.add_argument("--placement", metavar="NAME", help="only its decisions")
    _add_since(supposing)
    supposing.add_argument(
        "--margin", type=_share, default=0.0, metavar="SHARE", help="how much worse counts as not worse, 0 to 1 (0)"
    )
    _add_json(supposing)
    supposing.set_defaults(run=_running("what_if"))


def _register_replay(commands: "argparse._SubParsersAction[Any]") -> None:
    replay = commands.add_parser("replay", help="fold a history again, and compare every decision")
    replay.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="an engine's data folder")
    _add_since(replay)
    replay.add_argument("--limit", type=_positive, metavar="N", help="stop after N decisions")
    _add_json(replay)
    replay.set_defaults(run=_running("replay"))


def _add_since(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_positive, default=1, metavar="POSITION", help="only decisions from here on")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _running(command: str) -> Callable[[argparse.Namespace], int]:
    """Run a command of its own module; `--help` needs none of them."""

    def run(arguments: argparse.Namespace) -> int:
        import importlib

        from tradewind.cli.lab.refusing import refusing

        return refusing(importlib.import_module(f"tradewind.cli.lab.{command}").run, arguments)

    return run


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return share
