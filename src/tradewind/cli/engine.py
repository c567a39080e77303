"""`tradewind engine`: serve the engine, make its keys, verify its history."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewind.engine.service.keys import Key, Keyring

_SCOPES = ("publish", "decide", "read", "admin")
_LAST_PORT = 65_535


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    engine = subparsers.add_parser("engine", help="the decision engine", description=__doc__)
    commands = engine.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _register_serve(commands)
    _register_keys(commands)
    verify = commands.add_parser("verify", help="check every stored byte of a history against its chain")
    _add_data(verify)
    verify.add_argument("--decisions", action="store_true", help="make every decision again and compare, instead")
    verify.add_argument("--limit", type=_count, metavar="N", help="with --decisions: stop after N of them")
    verify.add_argument(
        "--since", type=_count, default=0, metavar="POSITION", help="with --decisions: only those from here on"
    )
    verify.set_defaults(run=verify_history)
    snapshot = commands.add_parser("snapshot", help="keep the state at the head of history, so that a start is quick")
    _add_data(snapshot)
    snapshot.set_defaults(run=take_snapshot)


def _register_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help="serve the engine until SIGTERM or Ctrl-C")
    _add_data(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument(
        "--port", type=_port, default=os.environ.get("ENGINE_PORT", "8100"), help="default $ENGINE_PORT or 8100"
    )
    serve.add_argument(
        "--snapshot-every",
        type=_count,
        default=os.environ.get("TRADEWIND_SNAPSHOT_EVERY", "100000"),
        metavar="FACTS",
        help="0 takes none (default $TRADEWIND_SNAPSHOT_EVERY or 100000)",
    )
    serve.set_defaults(run=serve_engine)


def _register_keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = commands.add_parser("keys", help="make, list and revoke keys; a running engine sees it at once")
    verbs = keys.add_subparsers(dest="keys", metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make a key and print it, once")
    _add_data(create)
    create.add_argument("--name", required=True, help="who will use it")
    create.add_argument(
        "--scope", dest="scopes", action="append", choices=_SCOPES, required=True, help="may be repeated"
    )
    create.add_argument("--quiet", action="store_true", help="print the key and nothing else")
    create.set_defaults(run=_with_keys(create_key))
    listed = verbs.add_parser("list", help="names, scopes and dates; never the keys themselves")
    _add_data(listed)
    listed.set_defaults(run=_with_keys(list_keys))
    revoke = verbs.add_parser("revoke", help="end every standing key of a name, or one by its id")
    _add_data(revoke)
    revoke.add_argument("--name", required=True, help="name or id")
    revoke.set_defaults(run=_with_keys(revoke_key))


def _add_data(parser: argparse.ArgumentParser) -> None:
    default = Path(os.environ.get("TRADEWIND_DATA", ".demo"))
    parser.add_argument("--data", type=Path, default=default, help="data folder (default $TRADEWIND_DATA or .demo)")


def serve_engine(arguments: argparse.Namespace) -> int:
    from tradewind.engine.service.serve import serve  # keys need no web server

    every = arguments.snapshot_every
    return serve(arguments.data, host=arguments.host, port=arguments.port, snapshot_every=every)


def _with_keys(work: Callable[[Keyring, argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    """Do it with the folder's keys; what cannot be done is one line that says why."""

    def run(arguments: argparse.Namespace) -> int:
        from tradewind.engine.history.folder import made
        from tradewind.engine.service.keys import Keyring, KeysRefused

        try:
            keyring = Keyring(made(arguments.data).keys)
        except (OSError, KeysRefused) as error:
            return _refuse(str(error))
        try:
            work(keyring, arguments)
        except KeysRefused as refused:
            return _refuse(str(refused))
        finally:
            keyring.close()
        return 0

    return run


def create_key(keyring: Keyring, arguments: argparse.Namespace) -> None:
    token = keyring.create(name=arguments.name, scopes=tuple(arguments.scopes), now=int(time.time()))
    if not arguments.quiet:
        print(
            f"key for {arguments.name}, scopes {' '.join(arguments.scopes)}; it cannot be shown again:", file=sys.stderr
        )
    print(token)


def list_keys(keyring: Keyring, arguments: argparse.Namespace) -> None:
    keys = keyring.listed()
    for key in keys:
        print(_told(key))
    if not keys:
        print("no keys", file=sys.stderr)


def revoke_key(keyring: Keyring, arguments: argparse.Namespace) -> None:
    for key in keyring.revoke(name_or_id=arguments.name, now=int(time.time())):
        print(f"revoked {key.id} ({key.name})")


def verify_history(arguments: argparse.Namespace) -> int:
    from tradewind.engine.service.verify import verify_folder
    from tradewind.engine.service.verify_decisions import verify_decisions

    if arguments.decisions:
        return verify_decisions(arguments.data, limit=arguments.limit, since=arguments.since)
    return verify_folder(arguments.data)


def take_snapshot(arguments: argparse.Namespace) -> int:
    from tradewind.engine.history.folder import Folder
    from tradewind.engine.history.snapshotting import NotTaken, take

    folder = Folder(arguments.data)
    if not folder.history.is_file():
        return _refuse(f"there is no history in {arguments.data}")
    try:
        taken = take(folder.history, folder.snapshots, report=lambda line: print(line, file=sys.stderr))
    except NotTaken as error:
        return _refuse(f"no snapshot: {error}")
    print(f"snapshot at position {taken.position}, {taken.folded} facts after the one before")
    return 0


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 on")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, which is a number from 0 to {_LAST_PORT}")
    return int(text)


def _told(key: Key) -> str:
    ended = f"revoked {_day(key.revoked_at)}" if key.revoked_at is not None else "standing"
    return f"{key.id}  {key.name:<24} {' '.join(sorted(key.scopes)):<28} made {_day(key.created_at)}  {ended}"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _refuse(message: str) -> int:
    print(f"tradewind engine: {message}", file=sys.stderr)
    return 1
