"""One replay from start to story."""

import argparse
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from tradewind.cli.processes import ProcessFailed
from tradewind.cli.replay import happened, into_demo, learnt, story, table, universal_bank
from tradewind.cli.replay.connection import EngineRefused
from tradewind.cli.replay.measures import measure
from tradewind.cli.replay.progress import Tally, showing
from tradewind.cli.replay.publishing import NotOurs, publish
from tradewind.cli.replay.scratch import NEEDED, EngineAccess, scratch_engine
from tradewind.cli.replay.walk import Visit, visits_of, walk
from tradewind.demo.bank import OFFERS

VALUES = {offer.id: offer.value for offer in OFFERS}
DEMO_VALUES = {offer.id: offer.demo_value for offer in OFFERS}
OFFER_TITLES = {offer.id: offer.title for offer in OFFERS}


class KeysUnusable(Exception):  # noqa: N818 - it says what is, not that something failed
    """The file with the keys does not say what is needed, or nobody needs it."""


TROUBLES = (
    *(ProcessFailed, EngineRefused, NotOurs, KeysUnusable, happened.HistoryIncomplete, universal_bank.DataAbsent),
    *(into_demo.DemoNotReady, into_demo.NotPublished),
)

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a replay takes place: the engine, the visits, what the offers are worth, and from which position on history
    has it all."""

    engine: EngineAccess
    visits: Sequence[Visit]
    values: Mapping[str, float]
    after: str
    advance: Callable[[int], None] = lambda done: None


def run(arguments: argparse.Namespace) -> int:
    progress = Console(stderr=True)
    try:
        return _run(arguments, progress)
    except TROUBLES as trouble:
        progress.print(f"tradewind replay: {trouble}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        goes_on = " The same command goes on where it was." if arguments.into_demo else ""
        progress.print(f"tradewind replay: stopped.{goes_on}")
        return 130


def _run(arguments: argparse.Namespace, progress: Console) -> int:
    def say(text: str) -> None:
        progress.print(text, highlight=False, markup=False)

    customers = universal_bank.read()
    with _place(arguments, customers, say) as place:
        visits = place.visits[: arguments.limit]
        _walk(place, visits, in_flight=arguments.in_flight, progress=progress, say=say)
        say("Reading the service's history.")
        told = happened.read(place.engine, after=place.after)
        result = measure(told.outcomes(visits), place.values)
        found = learnt.read(place.engine, list(place.values), told.answered_before)
    console = table.wide_enough(stderr=arguments.json)
    story.print_story(console, found, result.over_time, OFFER_TITLES)
    table.print_result(console, result, OFFER_TITLES)
    if arguments.json:
        print(json.dumps({**table.as_object(result), **story.as_objects(found, result.over_time, OFFER_TITLES)}))
    return 0


def _walk(place: Place, visits: Sequence[Visit], *, in_flight: int, progress: Console, say: Say) -> None:
    """Let those visits happen that history does not have yet."""
    before = happened.read(place.engine, after=place.after)
    waiting = [visit for visit in visits if not before.is_over(visit)]
    over = len(visits) - len(waiting)
    if over:
        say(f"{over:,} of {len(visits):,} customers have been there already; {len(waiting):,} are to come.")
    if not waiting:
        return
    tally = Tally(place.values)
    try:
        with showing(progress, tally, total=len(waiting)) as on_step:
            walk(place.engine, waiting, in_flight=in_flight, on_step=on_step, decided=before.decided)
    finally:
        place.advance(over + tally.steps)


@contextmanager
def _place(
    arguments: argparse.Namespace, customers: Sequence[universal_bank.BankCustomer], say: Say
) -> Iterator[Place]:
    if arguments.into_demo:
        yield _in_demo(arguments, customers, say)
        return
    with _engine(arguments, say) as engine:
        receipt = publish(engine)
        say(f"Publication {receipt.number} with {receipt.offers} offers is active.")
        visits = visits_of(customers, run_id=uuid.uuid4().hex[:12], until=datetime.now(UTC), seed=arguments.seed)
        yield Place(engine, visits, VALUES, after=receipt.position or "0")


def _in_demo(arguments: argparse.Namespace, customers: Sequence[universal_bank.BankCustomer], say: Say) -> Place:
    if arguments.engine or arguments.keys:
        raise KeysUnusable("--into-demo finds the demo's engine by its data folder; leave --engine and --keys out.")
    engine = into_demo.find(arguments.data)
    into_demo.enter(arguments.data, engine)
    say(into_demo.publish(now=datetime.now(UTC)))
    until = into_demo.began(now=datetime.now(UTC), visits=len(customers))
    visits = visits_of(customers, run_id=into_demo.RUN_ID, until=until, seed=arguments.seed)
    return Place(
        engine, visits, DEMO_VALUES, after="0", advance=lambda done: into_demo.advance(done=done, now=datetime.now(UTC))
    )


@contextmanager
def _engine(arguments: argparse.Namespace, say: Say) -> Iterator[EngineAccess]:
    if arguments.engine or arguments.keys:
        if not (arguments.engine and arguments.keys):
            raise KeysUnusable("--engine and --keys belong together.")
        yield EngineAccess(arguments.engine, read_keys(Path(arguments.keys)))
        return
    say("Starting a scratch engine.")
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
