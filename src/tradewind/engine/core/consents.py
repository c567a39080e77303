"""May we use this purpose? What each customer said last, per purpose and channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from tradewind.engine.core.events import ConsentChange
from tradewind.engine.core.packing import Packed, packed_ints, packed_texts, unpacked_ints, unpacked_texts

type Said = tuple[bool, int]
"""Granted or not, and the position of the fact that said so."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """A customer's consents as one channel sees them; what nobody asked for is not granted."""

    channel: str
    said: dict[tuple[str, str], Said]

    def grants(self, purpose: str) -> bool:
        """What was said for this channel stands; an objection to the purpose as a whole that came later ends it."""
        general = self.said.get((purpose, EVERYWHERE))
        here = self.said.get((purpose, self.channel))
        if here is None:
            return general is not None and general[0]
        objected_later = general is not None and not general[0] and general[1] > here[1]
        return here[0] and not objected_later


EVERYWHERE = ""
"""Stands for the channel of what holds on every channel; no channel is called so."""

_NOTHING: dict[tuple[str, str], Said] = {}


class Consents:
    """Per customer, purpose and channel the latest fact: the later position wins, also among customers who join."""

    def __init__(self) -> None:
        self._said: dict[str, dict[tuple[str, str], Said]] = {}

    def change(self, subject: str, changes: Iterable[ConsentChange], *, position: int) -> None:
        """Take in what a customer said at a position of history."""
        said = self._said.setdefault(subject, {})
        for change in changes:
            said[change.purpose, change.channel or EVERYWHERE] = (change.granted, position)

    def on(self, subject: str, channel: str) -> Permissions:
        """What this customer grants on a channel."""
        return Permissions(channel, self._said.get(subject, _NOTHING))

    def of(self, subject: str) -> list[tuple[str, str | None, bool, int]]:
        """(purpose, channel or None for every channel, granted, position) of everything said last, sorted."""
        said = self._said.get(subject, _NOTHING)
        return [(purpose, channel or None, *said[purpose, channel]) for purpose, channel in sorted(said)]

    def join(self, subject: str, alias: str) -> None:
        """What was said as `alias` was said by `subject`: of two the later stands."""
        own = self._said.setdefault(subject, {})
        for key, said in self._said.pop(alias, _NOTHING).items():
            own[key] = max(own.get(key, said), said, key=lambda one: one[1])
        if not own:
            del self._said[subject]

    def forget(self, subject: str) -> None:
        """Hold nothing of this customer any more."""
        self._said.pop(subject, None)

    def listed(self) -> list[object]:
        """Everything said last, sorted: what the state's digest covers."""
        return [[subject, self.of(subject)] for subject in sorted(self._said)]

    def packed(self) -> Packed:
        """For a snapshot."""
        said = [(subject, *key) for subject, each in self._said.items() for key in each]
        latest = [one for each in self._said.values() for one in each.values()]
        names = [packed_texts(text) for text in zip(*said, strict=True)] if said else [packed_texts(())] * 3
        return [*names, packed_ints([granted for granted, _ in latest]), packed_ints([at for _, at in latest])]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        consents = cls()
        *names, granted, positions = packed
        columns = (*(unpacked_texts(each) for each in names), unpacked_ints(granted).tolist())
        for subject, purpose, channel, given, position in zip(*columns, unpacked_ints(positions).tolist(), strict=True):
            consents._said.setdefault(subject, {})[purpose, channel] = (bool(given), position)
        return consents
