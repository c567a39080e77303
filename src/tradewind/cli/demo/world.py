"""What the supervisor does inside Django: the tables, the company, its publication, and its conversations.

Imported once the environment is set, because Django reads it when it starts.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import django
from django.core.management import call_command
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

django.setup()

from tradewind.crm.decisions import operations as decisions  # noqa: E402
from tradewind.crm.decisions.engine import the_engine  # noqa: E402
from tradewind.crm.decisions.models import Publication  # noqa: E402
from tradewind.demo import cast, company, past  # noqa: E402
from tradewind.demo.traffic import Traffic  # noqa: E402

Say = Callable[[str], None]
LOOK_SECONDS = 0.25
LINE_EVERY = 100


def prepare(*, say: Say) -> None:
    """Bring the tables up to date and load the company where it is not there."""
    say("Bringing the database up to date.")
    call_command("migrate", verbosity=0, interactive=False)
    company.load(now=timezone.now(), say=say)


def publish(*, say: Say) -> None:
    """Publish what is released where nothing runs yet; a running publication is the marketer's business."""
    if Publication.objects.running() is not None and the_engine().current() is not None:
        return
    is_first = not Publication.objects.exists()
    now = (
        timezone.now() - timedelta(days=past.DAYS + 2) if is_first else timezone.now()
    )  # before the month to be filled
    published = decisions.publish(actor=cast.member(company.AUTHOR), now=now)
    say(f"Publication {published.number} with {published.offers_count} offers is active.")


def live(*, traffic: float, stop: threading.Event, say: Say, console: Console, look_after: Callable[[], None]) -> None:
    """Fill the past month where it is not filled, then let contacts come in until the demo is stopped."""

    def rest(seconds: float) -> None:
        stop.wait(seconds)

    if not _fill_the_past(stop=stop, say=say, console=console, look_after=look_after):
        return
    if traffic > 0:
        say(f"Simulated contacts come in, about {traffic:g} a minute.")
    present = Traffic(per_minute=traffic, rest=rest, say=say)
    while not stop.is_set():
        look_after()
        present.turn()
        rest(LOOK_SECONDS)


def _fill_the_past(*, stop: threading.Event, say: Say, console: Console, look_after: Callable[[], None]) -> bool:
    columns = (TextColumn("          The past month"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def on_step(done: int, total: int) -> None:
            look_after()
            bar.update(task, completed=done, total=total)
            if done == total or (done % LINE_EVERY == 0 and not console.is_terminal):
                say(f"The past month has {done} of {total} contacts.")

        return past.fill(now=timezone.now(), on_step=on_step, is_stopping=stop.is_set)
