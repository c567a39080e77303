"""What contact policies and limits hold back from one customer now: counts against caps, all offers at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.budgets import spend_of
from tradewind.engine.core.consents import Consents
from tradewind.engine.core.contact_log import ContactLog, Seen
from tradewind.engine.core.published import Columns, CompiledPolicy, CompiledPublication, Mask, Rows
from tradewind.engine.core.volumes import Volumes

Counts = NDArray[np.int64]

PLENTY = 2**62

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Places:
    """Where each offer and each group of a publication is: in the volumes, and among the numbers of the contact log."""

    volumes: Rows
    offers: Rows
    groups: Rows

    @classmethod
    def plant(cls, publication: CompiledPublication, log: ContactLog, volumes: Volumes) -> Places:
        """Give what is new a place, with nothing counted."""
        return cls(
            volumes=volumes.plant(list(publication.rows)),
            offers=np.array([log.offers.of(offer) for offer in publication.rows], np.intp),
            groups=np.array([log.groups.of(group) for group in publication.groups], np.intp),
        )


NOWHERE = Places(*(np.zeros(0, np.intp) for _ in range(3)))
"""The places of no publication."""


@dataclass(frozen=True, slots=True)
class Held:
    """For each policy of the channel, how many contacts count for each offer; how many more may be shown now.

    `left` bounds the whole decision, `group_left` each group of the publication (None where nothing does).
    `unconsented` are the purposes that the customer does not grant on the channel.
    """

    policies: tuple[CompiledPolicy, ...]
    counts: tuple[Counts, ...]
    today: Counts
    total: Counts
    spent: Counts
    allowed: Mask
    left: int
    group_left: Counts | None
    unconsented: tuple[str, ...]


def hold(
    publication: CompiledPublication,
    log: ContactLog,
    volumes: Volumes,
    consents: Consents,
    places: Places,
    *,
    subject: str,
    channel: str,
    now: int,
) -> Held:
    """Count this customer's contacts for every policy of the channel, and everybody's for the limits.

    Args:
        publication: the one in force; its days are those of its time zone.
        log: the customers' contacts.
        volumes: the presentations of each offer to anybody.
        consents: what the customers said last, per purpose and channel.
        places: where the publication's offers and groups are in both.
        subject: the customer.
        channel: where the decision is for.
        now: when the event occurred, microseconds since the epoch.
    """
    policies = tuple(p for p in publication.policies if not p.channels or channel in p.channels)
    seen = log.seen(subject) if policies else None
    counts = tuple(_count(publication, policy, log, places, seen=seen, now=now) for policy in policies)
    today, total = _volumes(publication, volumes, places.volumes, now)
    columns = publication.columns
    spent, within_budget = spend_of(columns, volumes, places.volumes, now)
    allowed = (today < columns.per_day) & (total < columns.total) & within_budget
    for policy, count in zip(policies, counts, strict=True):
        allowed &= count < policy.max
    unconsented = _unconsented(columns, consents, subject=subject, channel=channel)
    for purpose in unconsented:
        allowed[columns.purposes[purpose]] = False
    left, group_left = _room(columns, policies, counts)
    return Held(policies, counts, today, total, spent, allowed, left, group_left, unconsented)


def day_start(now: int, zone: ZoneInfo, *, days: int) -> int:
    """When the first of `days` calendar days began, today being the last of them.

    >>> from datetime import datetime, UTC
    >>> noon = int(datetime(2026, 3, 30, 12, tzinfo=UTC).timestamp()) * 1_000_000
    >>> _EPOCH + day_start(noon, ZoneInfo("Europe/Bucharest"), days=2) * _MICROSECOND
    datetime.datetime(2026, 3, 28, 22, 0, tzinfo=datetime.timezone.utc)
    """
    today = (_EPOCH + now * _MICROSECOND).astimezone(zone).date()
    return midnight(date.fromordinal(max(today.toordinal() - days + 1, _EPOCH.toordinal() - 1)), zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first instant of a day; where the clock jumps over midnight, the instant of the jump."""
    return (datetime(day.year, day.month, day.day, tzinfo=zone) - _EPOCH) // _MICROSECOND


def _count(
    publication: CompiledPublication,
    policy: CompiledPolicy,
    log: ContactLog,
    places: Places,
    *,
    seen: Seen | None,
    now: int,
) -> Counts:
    """How many contacts of one policy count for each offer; later ones count too, so that late events break no cap."""
    size = len(publication.offers)
    if seen is None:
        return np.zeros(size, np.int64)
    match = seen.kind == log.kinds.known(policy.counts)
    match &= seen.occurred_at >= day_start(now, publication.zone, days=policy.days)
    if policy.channels:
        match &= np.isin(seen.channel, [log.channels.known(channel) for channel in policy.channels])
    if policy.scope == "all":
        return np.broadcast_to(np.int64(match.sum()), size)
    if policy.scope == "group":
        return _tally(seen.group[match], places.groups, len(log.groups))[publication.columns.group]
    return _tally(seen.offer[match], places.offers, len(log.offers))


def _tally(found: Counts, numbers: Rows, known: int) -> Counts:
    """How often each of `numbers` was found."""
    return np.bincount(found, minlength=known)[numbers]


def _unconsented(columns: Columns, consents: Consents, *, subject: str, channel: str) -> tuple[str, ...]:
    if not columns.purposes:
        return ()
    permissions = consents.on(subject, channel)
    return tuple(purpose for purpose in columns.purposes if not permissions.grants(purpose))


def _volumes(publication: CompiledPublication, volumes: Volumes, rows: Rows, now: int) -> tuple[Counts, Counts]:
    columns = publication.columns
    today, total = np.zeros((2, len(rows)), np.int64)
    limited = columns.limited_per_day
    if len(limited):
        start = day_start(now, publication.zone, days=1)
        end = day_start(start + 36 * 3600 * 1_000_000, publication.zone, days=1)
        today[limited] = volumes.between(rows[limited], start, end)
    if len(columns.limited_in_total):
        total[columns.limited_in_total] = volumes.total(rows[columns.limited_in_total])
    return today, total


def _room(
    columns: Columns, policies: tuple[CompiledPolicy, ...], counts: tuple[Counts, ...]
) -> tuple[int, Counts | None]:
    """How many offers one decision may show at most, so that showing them breaks no cap either."""
    left, group_left = PLENTY, None
    for policy, count in zip(policies, counts, strict=True):
        if policy.counts != "shown" or not len(count):
            continue
        if policy.scope == "all":
            left = min(left, max(0, policy.max - int(count[0])))
        elif policy.scope == "group":
            if group_left is None:
                group_left = np.full(int(columns.group.max()) + 1, PLENTY, np.int64)
            np.minimum.at(group_left, columns.group, np.maximum(policy.max - count, 0))
    return left, group_left
