"""When the customers came into the branch."""

import random
from datetime import UTC, datetime, time, timedelta

SEED = 1851
DAYS = 28
VISITS_ON = {0: 5, 1: 4, 2: 4, 3: 4, 4: 6, 5: 3, 6: 0}
"""By day of the week, Monday first: on Sundays the branch is closed."""
OPENS, CLOSES = time(9, 0, tzinfo=UTC), time(17, 0, tzinfo=UTC)


def schedule(until: datetime, visits: int) -> list[datetime]:
    """So many instants within the opening hours of the four weeks before the day of `until`; always the same.

    They are in order, and the last lies so far back that its answer was given before `until`.
    """
    draw = random.Random(SEED)  # noqa: S311 - made-up times, nothing secret
    today = until.astimezone(UTC).date()
    days = [today - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    weights = [VISITS_ON[day.weekday()] for day in days]
    open_seconds = (CLOSES.hour - OPENS.hour) * 3600
    return sorted(
        datetime.combine(day, OPENS) + timedelta(seconds=draw.randrange(open_seconds))
        for day in draw.choices(days, weights=weights, k=visits)
    )
