"""The moments that the time slider stops at: before the first change listed, just behind each, and now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_time
from django.utils import timezone
from django.utils.translation import gettext as _

from tradewind.crm.decisions.predictors import Change, Changes, Place
from tradewind.portals.marketer.learnt.story import Telling
from tradewind.portals.ui import figures

NOW: str = ""
"""The position of what is: none."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One moment. `label` says what it is; `moment` is when, where it is behind a change."""

    index: int
    position: str
    label: str
    moment: str = ""
    change: Change | None = None

    @property
    def is_now(self) -> bool:
        return self.position == NOW


@dataclass(frozen=True, slots=True)
class Slider:
    """The stops in the order of time, the one that is shown, and the one that it is compared with.

    A moment that was asked for and is not among the stops is shown all the same, and compared with nothing.
    """

    stops: tuple[Stop, ...]
    shown: Stop
    earlier: Stop
    until: str

    @property
    def last(self) -> int:
        return len(self.stops) - 1

    @property
    def fresh(self) -> dict[Place, str]:
        """The parts that came between the two stops, each with when."""
        between = self.stops[self.earlier.index + 1 : self.shown.index + 1]
        return {part: stop.moment for stop in between for part in _parts(stop.change)}


def stops(changes: Changes, telling: Telling) -> tuple[Stop, ...]:
    """Every stop, in the order of time; none where nothing has changed yet."""
    if not changes.listed:
        return ()
    in_order = changes.listed[::-1]
    moments = _moments([change.at for change in in_order])
    first = _("Before %(moment)s") if changes.earlier else _("Before the first change, %(moment)s")
    behind = (
        Stop(index, change.position, f"{moment}: {telling.title(change)}", moment, change)
        for index, (change, moment) in enumerate(zip(in_order, moments, strict=True), start=1)
    )
    before = Stop(0, changes.start, first % {"moment": moments[0]})
    return (before, *behind, Stop(len(in_order) + 1, NOW, _("Now")))


def slider(found: tuple[Stop, ...], asked: Mapping[str, str]) -> Slider | None:
    """The slider at what an address asks for; None where there is nothing to slide over."""
    shown = _shown(found, asked)
    if shown is None:
        return None
    return Slider(found, shown, _earlier(found, shown, asked.get("since", "")), until=found[-2].position)


def _shown(found: Sequence[Stop], asked: Mapping[str, str]) -> Stop | None:
    if not found:
        return None
    if "stop" in asked:
        return found[_index(found, asked)]
    position = asked.get("position", NOW)
    listed = next((stop for stop in found if stop.position == position), None)
    return listed or Stop(0, position, _("Another moment"))


def _index(found: Sequence[Stop], asked: Mapping[str, str]) -> int:
    """Where the slider of a form was left. It is counted from `until`, the newest change that the form knew of, since
    more may have come meanwhile; its last stop is now, whenever that is."""
    left = _whole(asked.get("of", "")) - _whole(asked["stop"])
    if left <= 0:
        return len(found) - 1
    until = next((stop.index for stop in found if stop.position == asked.get("until")), len(found) - 2)
    return max(until - left + 1, 0)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _earlier(found: Sequence[Stop], shown: Stop, since: str) -> Stop:
    """The stop to compare with: the one that was asked for, or else the one before; the one before the last change
    for what is now."""
    before = found[: shown.index]
    asked = next((stop for stop in before if since and stop.position == since), None)
    if asked is not None:
        return asked
    return found[max(shown.index - (2 if shown.is_now else 1), 0)]


def _parts(change: Change | None) -> Iterator[Place]:
    if change is not None and change.sort == "split" and change.place is not None:
        root, path = change.place
        yield from ((root, (*path, side)) for side in (0, 1))


def _moments(instants: Sequence[datetime]) -> list[str]:
    """Each as the page writes moments, with seconds where two would read alike."""
    said = [figures.moment(instant) for instant in instants]
    alike = Counter(said)
    return [
        f"{figures.day(instant)}, {_with_seconds(instant)}" if alike[text] > 1 else text
        for instant, text in zip(instants, said, strict=True)
    ]


def _with_seconds(instant: datetime) -> str:
    return format_time(timezone.localtime(instant), "HH:mm:ss", locale=figures.locale())
