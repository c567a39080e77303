"""The demo as a place for the replay: its engine, found by the data folder, and the workspace of its marketing.

The offers are put into the records and published by the workspace's own operation, with everything that stands there;
a replay that was begun is found again and goes on.
"""

import os
from datetime import datetime
from pathlib import Path

from tradewind.cli.demo import folder
from tradewind.cli.replay.connection import EngineRefused
from tradewind.cli.replay.publishing import current
from tradewind.cli.replay.scratch import NEEDED, EngineAccess
from tradewind.config.environment import kept_secret_key

RUN_ID = "demo"
WORK = "replay.universal_bank"
_STARTING = "The demo on {data} is still starting. Say this again once it says that the web answers."


class DemoNotReady(Exception):  # noqa: N818 - it says what is, not that something failed
    """No demo runs on the folder, or it is not that far yet."""


class NotPublished(Exception):  # noqa: N818 - it says what is, not that something failed
    """The bank's offers are not in force; the message says why."""


def find(data: Path) -> EngineAccess:
    """The engine of the demo that runs on a data folder, with the keys that it has for scripts.

    Raises:
        DemoNotReady: none runs.
    """
    url = folder.running(data)
    if url is None:
        raise DemoNotReady(
            f"No demo runs on {data.absolute()}, and the replay needs its engine. Start it with `make demo` in another "
            "terminal (TRADEWIND_DATA names another folder, as does --data here) and say this again beside it."
        )
    keys = folder.kept_keys(data)
    if not all(scope in keys for scope in NEEDED):
        raise DemoNotReady(_STARTING.format(data=data.absolute()))
    return EngineAccess(url, {scope: keys[scope] for scope in NEEDED})


def enter(data: Path, engine: EngineAccess) -> None:
    """Let Django find the records and the engine of the demo; it reads the environment when it starts.

    Raises:
        DemoNotReady: the engine does not answer yet, or nothing was published in it.
    """
    try:
        in_force = current(engine)
    except EngineRefused as refused:
        if refused.status is not None:
            raise
        in_force = None
    if in_force is None:
        raise DemoNotReady(_STARTING.format(data=data.absolute()))
    import django
    from django.conf import settings

    if not settings.configured:
        os.environ.update(_environment(data.absolute(), engine.url))
    django.setup()


def publish(*, now: datetime) -> str:
    """Put the bank's offers into the workspace where they are not, and publish; a line that says what is in force.

    Raises:
        NotPublished: marketing has changes of its own that wait to be published, or the engine refused.
    """
    from tradewind.crm.decisions import operations as decisions
    from tradewind.crm.decisions.engine import EngineUnavailable
    from tradewind.demo import cast, company
    from tradewind.demo.bank import workspace

    others = [change for change in decisions.preview().changes if not workspace.is_ours(change)]
    if others:
        raise NotPublished(
            f"Marketing has {len(others)} changes in its workspace that are not published yet and would go along. "
            "Publish them there, or take them back, and say this again."
        )
    actor = cast.member(company.AUTHOR)
    workspace.add(actor=actor, now=now)
    try:
        published = decisions.publish(actor=actor, now=now)
    except (decisions.PublishRefused, EngineUnavailable) as refused:
        raise NotPublished(f"The offers are in the workspace, but not published: {refused}") from refused
    return f"Publication {published.number} of the workspace with {published.offers_count} offers is active."


def began(*, now: datetime, visits: int) -> datetime:
    """When the replay into this demo was begun; the visits lie before that, whichever run tells them."""
    from tradewind.crm.jobs.models import Run

    run, _ = Run.objects.get_or_create(name=WORK, defaults={"started_at": now, "total": visits})
    return run.started_at


def advance(*, done: int, now: datetime) -> None:
    """Note how many of the visits are over."""
    from tradewind.crm.jobs.models import Run

    run = Run.objects.get(name=WORK)
    run.advance(done=max(done, run.done))
    if run.done == run.total and run.finished_at is None:
        run.finish(now=now)


def _environment(data: Path, engine_url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tradewind.config.settings",
        "TRADEWIND_DATA": str(data),
        "TRADEWIND_DEMO": "1",
        "TRADEWIND_ENGINE_URL": engine_url,
        "TRADEWIND_ENGINE_KEY": folder.keys(data),
        "TRADEWIND_SECRET_KEY": os.environ.get("TRADEWIND_SECRET_KEY") or kept_secret_key(data),
    }
