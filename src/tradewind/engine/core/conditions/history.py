"""Functions over what happened before: `times`, `times_of` and `now`, pure functions of their inputs.

Whoever evaluates works out every `HistoryCall` of the rules beforehand and puts its number among the inputs
under its `key`, and the instant of the event under `NOW`; here they are only looked up, as attributes are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tradewind.engine.core.conditions.faults import ConditionFault, did_you_mean
from tradewind.engine.core.conditions.literals import read_duration
from tradewind.engine.core.conditions.printing import quoted
from tradewind.engine.core.conditions.tree import Call, Expr, Number, Text, attributes, walk

KINDS: Final = ("shown", "rejected", "accepted")
NOW: Final = "now()"
"""The key of the event's instant among the inputs."""
MOST_DAYS: Final = 3650
"""The longest window: contacts are remembered as long as the longest one asks for."""

_FUNCTIONS: Final = frozenset({"times", "times_of", "now"})
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)
_SMALLER: Final = (("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)), ("us", _MICROSECOND))
_WINDOW: Final = 'write the window out, as in days(30), hours(12) or duration("90m")'


@dataclass(frozen=True, slots=True)
class HistoryCall:
    """How often a customer had contacts of a `kind` in the last `window` microseconds.

    `scope` says which contacts count: `all`, or those of the `group` or `offer` that is called `name`.
    """

    kind: str
    scope: str
    name: str
    window: int

    @property
    def key(self) -> str:
        """Its name among the inputs: the call as it may be written, the same for equal windows.

        >>> HistoryCall("shown", "offer", "fibre-500", 36 * 3_600_000_000).key
        'times_of("shown", "fibre-500", hours(36))'
        """
        kind, window = quoted(self.kind), _written(self.window * _MICROSECOND)
        if self.scope == "offer":
            return f"times_of({kind}, {quoted(self.name)}, {window})"
        return f"times({kind}, {window}, {quoted(self.name)})" if self.scope == "group" else f"times({kind}, {window})"


def is_history(expr: Expr) -> bool:
    """Whether a node is one of these functions, rightly used or not."""
    return isinstance(expr, Call) and expr.receiver is None and expr.function in _FUNCTIONS


def history_key(expr: Call) -> str | None:
    """Where the value of a call stands among the inputs; None where it is wrongly used."""
    if expr.function == "now":
        return None if expr.arguments else NOW
    call = history_call(expr)
    return call.key if call else None


def history_call(expr: Call) -> HistoryCall | None:
    """What `times` or `times_of` asks for; None where it is another function or wrongly used."""
    if any(faults_of(expr)):
        return None
    match expr:
        case Call(function="times", receiver=None, arguments=(Text(value=kind), window)):
            return HistoryCall(kind, "all", "", _window(window) // _MICROSECOND)
        case Call(function="times", receiver=None, arguments=(Text(value=kind), window, Text(value=group))):
            return HistoryCall(kind, "group", group, _window(window) // _MICROSECOND)
        case Call(function="times_of", receiver=None, arguments=(Text(value=kind), Text(value=offer), window)):
            return HistoryCall(kind, "offer", offer, _window(window) // _MICROSECOND)
    return None


def history_calls(expr: Expr) -> tuple[HistoryCall, ...]:
    """What a condition asks of the contact history, each once, in order of appearance."""
    calls = (history_call(node) for node, _ in walk(expr) if isinstance(node, Call))
    return tuple(dict.fromkeys(call for call in calls if call is not None))


def asks_for_now(expr: Expr) -> bool:
    """Whether a condition asks when the event occurred."""
    return any(isinstance(node, Call) and node.function == "now" for node, _ in walk(expr))


def faults_of(expr: Call) -> Iterator[ConditionFault]:
    """What is wrong with the arguments of a call whose types fit: they must be written out."""
    match expr:
        case Call(function="times", arguments=(kind, window, *names)):
            yield from (*_kind(kind), *_window_faults(window), *_names(names, "offer group"))
        case Call(function="times_of", arguments=(kind, offer, window)):
            yield from (*_kind(kind), *_names([offer], "offer"), *_window_faults(window))


def _kind(expr: Expr) -> Iterator[ConditionFault]:
    if not isinstance(expr, Text):
        yield ConditionFault.at(expr.at, "wrong_arguments", f"write the kind out: {_listed()}")
    elif expr.value not in KINDS:
        hint = did_you_mean(expr.value, KINDS) or f"; there are {_listed()}"
        yield ConditionFault.at(expr.at, "unknown_kind", f'there are no contacts of the kind "{expr.value}"{hint}')


def _listed() -> str:
    return ", ".join(quoted(kind) for kind in KINDS)


def _names(names: list[Expr], what: str) -> Iterator[ConditionFault]:
    for name in names:
        if not isinstance(name, Text):
            yield ConditionFault.at(name.at, "wrong_arguments", f"write the {what} out as a text")


def _window_faults(expr: Expr) -> Iterator[ConditionFault]:
    try:
        window = _window(expr)
    except ValueError as error:
        yield ConditionFault.at(expr.at, "bad_window", str(error))
        return
    if not timedelta(0) < window <= MOST_DAYS * _DAY:
        message = f"a window is longer than nothing and at most {MOST_DAYS} days"
        yield ConditionFault.at(expr.at, "bad_window", message)


def _window(expr: Expr) -> timedelta:
    """The length of a window that is written out. Raises ValueError."""
    match expr:
        case Call(function="days", receiver=None, arguments=(Number(value=number),)):
            return days(number)
        case Call(function="hours", receiver=None, arguments=(Number(value=number),)):
            return hours(number)
        case Call(function="duration", receiver=None, arguments=(Text(value=text),)):
            return read_duration(text)
    raise ValueError(_WINDOW)


def _written(window: timedelta) -> str:
    for unit, length in (("days", _DAY), ("hours", _HOUR)):
        if not window % length:
            return f"{unit}({window // length})"
    unit, length = next(each for each in _SMALLER if not window % each[1])
    return f'duration("{window // length}{unit}")'


def days(number: float) -> timedelta:
    """Days of 24 hours. Raises ValueError where no duration is that long."""
    return _times(_DAY, number)


def hours(number: float) -> timedelta:
    """As `days`."""
    return _times(_HOUR, number)


def _times(unit: timedelta, number: float) -> timedelta:
    try:
        return unit * number
    except OverflowError as error:
        raise ValueError("no duration is that long") from error


def inputs_of(expr: Expr) -> tuple[str, ...]:
    """The names of everything that a condition looks at: attributes, then what it asks of history, then the time."""
    asked = tuple(call.key for call in history_calls(expr))
    return (*(attribute.key for attribute in attributes(expr)), *asked, *((NOW,) if asks_for_now(expr) else ()))
