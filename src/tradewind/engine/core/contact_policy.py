"""May we, again? Exact counters, one per customer and offer across all channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from struct import Struct
from typing import Self

import numpy as np

from tradewind.engine.core.packing import (
    Ints,
    Packed,
    packed_blobs,
    packed_texts,
    table_of,
    unpacked_blobs,
    unpacked_texts,
)

_ENTRY = Struct("<qq")  # the offer's number, the instant
_WORD = Struct("<q")


class Contacts:
    """When each customer was last shown each offer.

    A counter is kept by offer id, so it outlives publications; it changes with the fact that showed the offer,
    so the very next decision sees it. A customer's counters are one row of bytes: ten take some 200.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: dict[str, bytes] = {}  # the same numbers as they lie in a row
        self._offers: list[str] = []
        self._rows: dict[str, bytes] = {}

    def shown(self, subject: str, offer: str, at: int) -> None:
        """Count a presentation; one that is learnt late never moves the counter back."""
        self.shown_together(subject, (offer,), at)

    def shown_together(self, subject: str, offers: Iterable[str], at: int) -> None:
        """Count the presentations of one decision."""
        row, instant = self._rows.get(subject, b""), _WORD.pack(at)
        for offer in offers:
            number = self._words.get(offer) or self._word(offer)
            place = row.find(number)
            if place > 0 and place % _ENTRY.size:
                place = _find(row, number, place)
            if place < 0:
                row += number + instant
            elif _ENTRY.unpack_from(row, place)[1] < at:
                row = row[: place + _WORD.size] + instant + row[place + _ENTRY.size :]
        self._rows[subject] = row

    def join(self, subject: str, alias: str) -> None:
        """What was shown to `alias` was shown to `subject`."""
        for number, at in _ENTRY.iter_unpack(self._rows.pop(alias, b"")):
            self.shown(subject, self._offers[number], at)

    def forget(self, subject: str) -> None:
        """Hold nothing of this customer any more."""
        self._rows.pop(subject, None)

    def plant(self, offers: Iterable[str]) -> Ints:
        """The numbers of these offers in `counters`, new ones with nothing counted."""
        return np.array([self._number(offer) for offer in offers], np.int64)

    def last_shown(self, subject: str) -> Mapping[str, int]:
        """Offer id to the instant it was last shown to this customer."""
        return {self._offers[number]: at for number, at in _ENTRY.iter_unpack(self._rows.get(subject, b""))}

    def counters(self, subject: str) -> Ints:
        """A copy of the same as a table: (number of the offer, instant) in each row."""
        return table_of(self._rows.get(subject, b""), width=2)

    def number(self, offer: str) -> int:
        """The number of an offer in `counters`, or -1 where nobody was ever shown it."""
        return self._numbers.get(offer, -1)

    def listed(self) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        """Every counter, sorted: what the state's digest covers."""
        return ((subject, sorted(self.last_shown(subject).items())) for subject in sorted(self._rows))

    def packed(self) -> Packed:
        """For a snapshot."""
        return [packed_texts(self._offers), packed_texts(self._rows), packed_blobs(list(self._rows.values()))]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        contacts = cls()
        offers, subjects, rows = packed
        contacts._offers = unpacked_texts(offers)
        contacts._numbers = {offer: number for number, offer in enumerate(contacts._offers)}
        contacts._rows = dict(zip(unpacked_texts(subjects), unpacked_blobs(rows), strict=True))
        return contacts

    def _number(self, offer: str) -> int:
        number = self._numbers.get(offer)
        if number is None:
            number = self._numbers[offer] = len(self._offers)
            self._offers.append(offer)
        return number

    def _word(self, offer: str) -> bytes:
        word = self._words[offer] = _WORD.pack(self._number(offer))
        return word


def _find(row: bytes, wanted: bytes, place: int) -> int:
    """Where the entry of an offer begins, given its number's bytes and where they were met; -1 where there is none."""
    while place > 0 and place % _ENTRY.size:  # an instant, or the end of one number and the beginning of the next
        place = row.find(wanted, place + 1)
    return place
