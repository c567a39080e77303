"""What rules ask of the contact history, counted for one customer before the rules are evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tradewind.engine.core.conditions import NOW, HistoryCall, Rules
from tradewind.engine.core.contact_log import ContactLog, Seen
from tradewind.engine.core.instants import instant


def with_history(
    values: Mapping[str, Any], rules: Rules, log: ContactLog, *, subject: str, now: int
) -> Mapping[str, Any]:
    """The inputs of rules: the values known, and what the rules ask of history by its keys.

    Args:
        values: the attributes known, by their full names.
        rules: the rules that will be evaluated.
        log: the customers' contacts.
        subject: the customer; one of whom nothing is recorded has had no contacts.
        now: when the event occurred, microseconds since the epoch.
    """
    if not rules.history and not rules.asks_for_now:
        return values
    numbers = counted(rules.history, log, subject, now)
    inputs = {**values, **dict(zip(rules.history_keys, numbers, strict=True))}
    if rules.asks_for_now:
        inputs[NOW] = instant(now)
    return inputs


def counted(calls: Sequence[HistoryCall], log: ContactLog, subject: str, now: int) -> list[float]:
    """The number of contacts of each call.

    A contact that is exactly a window old does not count any more, as an offer may be shown again exactly after
    its wait; one that occurred after `now` counts, so that an event that comes late finds what followed it.
    """
    seen = log.seen(subject) if calls else None
    if seen is None:
        return [0.0] * len(calls)
    tallies: dict[tuple[str, int, str], Mapping[int, float]] = {}
    numbers = []
    for call in calls:
        tally = tallies.get((call.kind, call.window, call.scope))
        if tally is None:
            tally = tallies[call.kind, call.window, call.scope] = _tally(call, log, seen, now)
        numbers.append(tally.get(_place(call, log), 0.0))
    return numbers


def longest_window(calls: Iterable[HistoryCall]) -> int:
    """How long contacts must be remembered for these calls, in microseconds."""
    return max((call.window for call in calls), default=0)


def _place(call: HistoryCall, log: ContactLog) -> int:
    """The number of the group or offer that a call names, -1 where it was never met."""
    if call.scope == "all":
        return 0
    return (log.groups if call.scope == "group" else log.offers).known(call.name)


def _tally(call: HistoryCall, log: ContactLog, seen: Seen, now: int) -> Mapping[int, float]:
    """How often each group or offer was met within the window of a call, those that were."""
    match = (seen.kind == log.kinds.known(call.kind)) & (seen.occurred_at > now - call.window)
    if call.scope == "all":
        return {0: float(match.sum())}
    tally: dict[int, float] = {}
    for number in (seen.group if call.scope == "group" else seen.offer)[match].tolist():
        tally[number] = tally.get(number, 0.0) + 1.0
    return tally
