"""`tradewind demo`: the engine, the web and the worker with a made-up company, as one process tree.

Nouns: data folder (locked by one demo at a time), child (engine, web, worker, ended in reverse order), keys.
Invariants: nothing outside the data folder is written; a second start resumes; a port or a folder that is taken is said
in one sentence; Ctrl-C and SIGTERM end everything in order. Called from the command line alone.
"""

import argparse
import os
from pathlib import Path
from typing import Any


def register(subparsers: "argparse._SubParsersAction[Any]") -> None:
    verb = subparsers.add_parser("demo", help="the demo company: engine, web and simulated conversations")
    verb.add_argument("--data", type=Path, default=Path(os.environ.get("TRADEWIND_DATA", ".demo")), metavar="DIR",
                      help="data folder (default $TRADEWIND_DATA or .demo)")  # fmt: skip
    verb.add_argument(
        "--traffic", type=float, default=6.0, metavar="N", help="contacts a minute (default 6, 0 for none)"
    )
    verb.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="of the web ($PORT, 8000)")
    verb.add_argument("--engine-port", type=int, default=int(os.environ.get("ENGINE_PORT", "8100")),
                      help="of the engine ($ENGINE_PORT, 8100)")  # fmt: skip
    verb.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from tradewind.cli.demo.run import run  # `--help` needs none of it

    return run(data=arguments.data, traffic=arguments.traffic, port=arguments.port, engine_port=arguments.engine_port)
