"""One replay from start to table."""

import argparse
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from tradewind.cli.processes import ProcessFailed
from tradewind.cli.replay import table, universal_bank
from tradewind.cli.replay.connection import EngineRefused
from tradewind.cli.replay.happened import HistoryIncomplete, read_outcomes
from tradewind.cli.replay.measures import measure
from tradewind.cli.replay.progress import showing
from tradewind.cli.replay.publishing import NotOurs, publish
from tradewind.cli.replay.scratch import NEEDED, EngineAccess, scratch_engine
from tradewind.cli.replay.walk import in_random_order, walk

OFFER_VALUES = {offer.id: offer.value for offer in universal_bank.OFFERS}
OFFER_TITLES = {offer.id: offer.title for offer in universal_bank.OFFERS}


class KeysUnusable(Exception):  # noqa: N818 - it says what is, not that something failed
    """The file with the keys does not say what is needed."""


TROUBLES = (ProcessFailed, EngineRefused, NotOurs, KeysUnusable, HistoryIncomplete, universal_bank.DataAbsent)


def run(arguments: argparse.Namespace) -> int:
    progress = Console(stderr=True)
    try:
        return _run(arguments, progress)
    except TROUBLES as trouble:
        progress.print(f"tradewind replay: {trouble}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        progress.print("tradewind replay: stopped.")
        return 130


def _run(arguments: argparse.Namespace, progress: Console) -> int:
    customers = in_random_order(universal_bank.read(), seed=arguments.seed, limit=arguments.limit)
    run_id = uuid.uuid4().hex[:12]
    with _engine(arguments, progress) as engine:
        receipt = publish(engine, into_demo=arguments.into_demo)
        progress.print(f"Publication {receipt.number} with {receipt.offers} offers is active.", highlight=False)
        with showing(progress, total=len(customers), values=OFFER_VALUES) as on_step:
            walk(engine, customers, run_id=run_id, in_flight=arguments.in_flight, on_step=on_step)
        progress.print("Reading the service's history.")
        outcomes = read_outcomes(engine, customers, run_id=run_id, after=receipt.position or "0")
    result = measure(outcomes, OFFER_VALUES)
    table.print_result(table.wide_enough(stderr=arguments.json), result, OFFER_TITLES)
    if arguments.json:
        print(json.dumps(table.as_object(result)))
    return 0


@contextmanager
def _engine(arguments: argparse.Namespace, progress: Console) -> Iterator[EngineAccess]:
    if arguments.engine or arguments.keys:
        if not (arguments.engine and arguments.keys):
            raise KeysUnusable("--engine and --keys belong together.")
        yield EngineAccess(arguments.engine, read_keys(Path(arguments.keys)))
        return
    progress.print("Starting a scratch engine.")
    with scratch_engine() as engine:
        yield engine


def read_keys(path: Path) -> dict[str, str]:
    """Keys by scope, out of a file like the demo's engine-keys.json. Raises KeysUnusable."""
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as trouble:
        raise KeysUnusable(f"{path} cannot be read as keys: {trouble}") from trouble
    if not isinstance(keys, dict) or not all(isinstance(keys.get(scope), str) for scope in NEEDED):
        raise KeysUnusable(f"{path} needs a key for each of {', '.join(NEEDED)}.")
    return {scope: str(keys[scope]) for scope in NEEDED}
