"""What contact policies and limits hold back from one customer now: counts against caps, all offers at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.budgets import spend_of
from tradewind.engine.core.consents import Consents
from tradewind.engine.core.contact_log import ContactLog
from tradewind.engine.core.contact_policy import Contacts
from tradewind.engine.core.instants import HOUR, SECOND, instant, microseconds
from tradewind.engine.core.kernels.contacts import ALL, PER_GROUP, PER_OFFER, PLENTY, POLICY_FIELDS, SINCE, count
from tradewind.engine.core.published import Columns, CompiledPolicy, CompiledPublication, Mask, Rows
from tradewind.engine.core.volumes import Volumes

Counts = NDArray[np.int64]

SCOPES = {"all": ALL, "group": PER_GROUP, "offer": PER_OFFER}

_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class PolicyTable:
    """The policies of one channel as a kernel reads them: what `SINCE` is depends on the day.

    `channels` tells for each policy which channels count, by their numbers; the last column is any other channel.
    """

    policies: tuple[CompiledPolicy, ...]
    table: Counts
    most: Counts
    channels: Mask


NO_POLICIES = PolicyTable((), np.zeros((0, POLICY_FIELDS), np.int64), _NOTHING, np.zeros((0, 1), np.bool_))


class Held(msgspec.Struct, frozen=True, gc=False):
    """For each policy of the channel, how many contacts count for each offer; how many more may be shown now.

    `withheld` are the offers that a limit, a budget or missing consent holds back. `left` bounds the whole decision,
    `group_left` each group of the publication (empty where nothing does). `unconsented` are the purposes that the
    customer does not grant on the channel.
    """

    policies: tuple[CompiledPolicy, ...]
    most: Counts
    counts: Counts
    today: Counts
    total: Counts
    spent: Counts
    withheld: Mask
    left: int
    group_left: Counts
    unconsented: tuple[str, ...]

    @classmethod
    def nothing(cls, size: int) -> Held:
        """No policy and no limit holds any of so many offers back."""
        none = np.zeros(size, np.int64)
        return cls((), _NOTHING, np.zeros((0, size), np.int64), none, none, none, none != 0, PLENTY, _NOTHING, ())


@dataclass(frozen=True, slots=True)
class Places:
    """Where each offer of a publication is in the volumes; and the other way round, the row of each number.

    `offers` and `groups` are the rows of the contact log's numbers, `shown` those of the contacts' numbers, negative
    where the publication has none. `policies` are those of each channel, `everywhere` those of a channel not named;
    `free` says that nothing is held back.
    """

    volumes: Rows
    offers: Counts
    groups: Counts
    shown: Counts
    policies: Mapping[str, PolicyTable]
    everywhere: PolicyTable
    free: Held

    @classmethod
    def plant(cls, publication: CompiledPublication, contacts: Contacts, log: ContactLog, volumes: Volumes) -> Places:
        """Give what is new a place, with nothing counted."""
        named = sorted({channel for policy in publication.policies for channel in policy.channels})
        return cls(
            volumes=volumes.plant(list(publication.rows)),
            offers=_inverse([log.offers.of(offer) for offer in publication.rows]),
            groups=_inverse([log.groups.of(group) for group in publication.groups]),
            shown=_inverse(contacts.plant(publication.rows).tolist()),
            policies={channel: _policy_table(publication, channel, log) for channel in named},
            everywhere=_policy_table(publication, None, log),
            free=Held.nothing(len(publication.offers)),
        )


NOWHERE = Places(np.zeros(0, np.intp), _NOTHING, _NOTHING, _NOTHING, {}, NO_POLICIES, Held.nothing(0))
"""The places of no publication."""


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
    columns, size = publication.columns, len(publication.offers)
    chosen = places.policies.get(channel, places.everywhere)
    if not chosen.policies and not columns.is_limited:
        return places.free
    counts, left, group_left = np.empty((len(chosen.policies), size), np.int64), PLENTY, _NOTHING
    if chosen.policies:
        group_left = np.empty(len(publication.groups), np.int64)
        left = count.run(
            log.contacts(subject), log.whats, _dated_at(chosen, publication.zone, now // SECOND),
            chosen.channels, places.offers, places.groups, columns.group, counts, group_left,
        )  # fmt: skip
    if not columns.is_limited:
        free = places.free
        return Held(
            chosen.policies,
            chosen.most,
            counts,
            free.today,
            free.total,
            free.spent,
            free.withheld,
            left,
            group_left,
            (),
        )
    today, total = _volumes(publication, volumes, places.volumes, now)
    spent, within_budget = spend_of(columns, volumes, places.volumes, now)
    withheld = (today >= columns.per_day) | (total >= columns.total) | ~within_budget
    unconsented = _unconsented(columns, consents, subject=subject, channel=channel)
    for purpose in unconsented:
        withheld[columns.purposes[purpose]] = True
    return Held(chosen.policies, chosen.most, counts, today, total, spent, withheld, left, group_left, unconsented)


def day_start(now: int, zone: ZoneInfo, *, days: int) -> int:
    """When the first of `days` calendar days began, today being the last of them.

    >>> noon = microseconds(datetime.fromisoformat("2026-03-30T12:00:00Z"))
    >>> instant(day_start(noon, ZoneInfo("Europe/Bucharest"), days=2))
    datetime.datetime(2026, 3, 28, 22, 0, tzinfo=datetime.timezone.utc)
    """
    return _days_before(_day(now, zone), days - 1, zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first instant of a day; where the clock jumps over midnight, the instant of the jump."""
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=zone))


@lru_cache(maxsize=4096)
def _days_before(day: date, days: int, zone: ZoneInfo) -> int:
    return midnight(date.fromordinal(max(day.toordinal() - days, instant(0).toordinal() - 1)), zone)


def _day(now: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(now // SECOND, zone).date()


@lru_cache(maxsize=64)
def _dated_at(chosen: PolicyTable, zone: ZoneInfo, second: int) -> Counts:
    """Once a second, since finding the day costs as much as counting does."""
    return _dated(chosen, zone, _day(second * SECOND, zone))


@lru_cache(maxsize=64)
def _dated(chosen: PolicyTable, zone: ZoneInfo, today: date) -> Counts:
    """The table with the first instant of each policy's days; later ones count too, so late events break no cap."""
    table = chosen.table.copy()
    table[:, SINCE] = [_days_before(today, policy.days - 1, zone) for policy in chosen.policies]
    return table


def _policy_table(publication: CompiledPublication, channel: str | None, log: ContactLog) -> PolicyTable:
    policies = tuple(p for p in publication.policies if not p.channels or channel in p.channels)
    named = sorted({channel for policy in policies for channel in policy.channels})
    numbers = {channel: log.channels.of(channel) for channel in named}
    channels = np.zeros((len(policies), max(numbers.values(), default=-1) + 2), np.bool_)
    for row, policy in enumerate(policies):
        channels[row, [numbers[channel] for channel in sorted(policy.channels)]] = True
        channels[row] |= not policy.channels
    shown = log.kinds.of("shown")
    table = [[SCOPES[p.scope], log.kinds.of(p.counts), p.max, 0, log.kinds.of(p.counts) == shown] for p in policies]
    most = np.array([policy.max for policy in policies], np.int64)
    return PolicyTable(policies, np.array(table, np.int64).reshape(-1, POLICY_FIELDS), most, channels)


def _inverse(numbers: list[int]) -> Counts:
    """The place of each number in the list, -1 for those that are not in it."""
    places = np.full(max(numbers, default=-1) + 1, -1, np.int64)
    places[numbers] = np.arange(len(numbers))
    return places


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
        end = day_start(start + 36 * HOUR, publication.zone, days=1)
        today[limited] = volumes.between(rows[limited], start, end)
    if len(columns.limited_in_total):
        total[columns.limited_in_total] = volumes.total(rows[columns.limited_in_total])
    return today, total
