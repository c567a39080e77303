"""The month behind us: several hundred contacts, dated, in order, through the same services as any; resumable."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from django.utils import timezone

from tradewind.crm.interactions import operations as interactions
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.jobs.models import Run
from tradewind.demo import cast
from tradewind.demo.conversations import InteractionCentre, PastClock, contact

NAME = "demo.past_month"
SEED = 1849
DAYS = 30
CONTACTS_ON = {0: 21, 1: 20, 2: 20, 3: 19, 4: 22, 5: 12, 6: 8}
"""By day of the week, Monday first."""
OPENS, CLOSES = time(8, 30), time(19, 30)


def fill(*, now: datetime, on_step: Callable[[int, int], None], is_stopping: Callable[[], bool]) -> bool:
    """Fill the month before the first start, from where an earlier start left it; False when it was stopped early.

    `on_step` is told how many contacts of how many are done.
    """
    run = Run.objects.filter(name=NAME).order_by("started_at").first() or Run.objects.create(name=NAME, started_at=now)
    if run.finished_at is not None:
        return True
    moments = list(schedule(run.started_at))
    _end_what_was_cut_off(run.started_at)
    centre = InteractionCentre.of(cast.AGENTS)
    for index in range(run.done, len(moments)):
        if is_stopping():
            return False
        draw = random.Random(f"{SEED}-{index}")  # noqa: S311 - made-up people, nothing secret
        contact(centre, draw, PastClock(moments[index]))
        run.total = len(moments)
        run.advance(done=index + 1)
        on_step(index + 1, len(moments))
    run.finish(now=timezone.now())
    return True


def schedule(until: datetime) -> Iterator[datetime]:
    """When contacts began in the thirty days before `until`, in order, within opening hours; always the same."""
    draw = random.Random(SEED)  # noqa: S311 - made-up times, nothing secret
    today = timezone.localdate(until)
    for days_ago in range(DAYS, -1, -1):
        day = today - timedelta(days=days_ago)
        opens = timezone.make_aware(datetime.combine(day, OPENS))
        closes = timezone.make_aware(datetime.combine(day, CLOSES))
        seconds = (closes - opens).total_seconds()
        offsets = sorted(draw.uniform(0, seconds) for _ in range(CONTACTS_ON[day.weekday()]))
        for offset in offsets:
            at = opens + timedelta(seconds=offset)
            if at < until - timedelta(minutes=15):
                yield at


def _end_what_was_cut_off(before: datetime) -> None:
    """A stop in the middle of a past conversation left it open."""
    for conversation in Conversation.objects.open().filter(started_at__lt=before).select_related("agent", "customer"):
        interactions.end(
            conversation=conversation,
            wrap_up=None,
            actor=conversation.agent,
            now=min(conversation.started_at + timedelta(minutes=5), before),
        )
