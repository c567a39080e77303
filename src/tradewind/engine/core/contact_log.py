"""Every contact that a contact policy may still look at: exact, one log per customer across all channels.

The log keeps instants and never days, so the fold does not depend on any calendar; a decision turns its policies'
days into instants. A contact is let go once history time is `keep` and a day past its recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple, Self

import numpy as np

from tradewind.engine.core.dues import Dues
from tradewind.engine.core.instants import DAY, HOUR
from tradewind.engine.core.packing import (
    Ints,
    Packed,
    packed_blobs,
    packed_texts,
    table_of,
    unpacked_blobs,
    unpacked_texts,
)

KEPT_AT_LEAST = 30 * DAY
"""So that the first publication with a policy finds a month of contacts to count."""

type Said = tuple[int, int, str, str, str, str]
"""A contact: recorded at, occurred at, kind, offer, group, channel."""

_CONTACT = Struct("<qqq")  # recorded at, occurred at, what
_INSTANTS, _WORD = Struct("<qq"), Struct("<q")
_FIELDS = 3
_FIELD_BYTES = 8


class What(NamedTuple):
    """A sort of contact: `kind` is shown, rejected or accepted; `group` the offer's when it was shown."""

    kind: str
    offer: str
    group: str
    channel: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One customer's contacts, an entry each: when it occurred, and numbers for kind, offer, group and channel."""

    occurred_at: Ints
    kind: Ints
    offer: Ints
    group: Ints
    channel: Ints


class Numbers:
    """A number for each name, in the order of their first coming."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._of: dict[str, int] = {name: number for number, name in enumerate(names)}

    def __len__(self) -> int:
        return len(self._of)

    def of(self, name: str) -> int:
        """The number of a name, which may be new."""
        return self._of.setdefault(name, len(self._of))

    def known(self, name: str) -> int:
        """The number of a name, or -1 where it has none."""
        return self._of.get(name, -1)

    def packed(self) -> Packed:
        """For a snapshot."""
        return packed_texts(self._of)

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        return cls(unpacked_texts(packed))


class ContactLog:
    """The contacts of each customer, in the order of history: one row of bytes, 24 a contact."""

    def __init__(self) -> None:
        self.keep = KEPT_AT_LEAST
        self.kinds, self.offers, self.groups, self.channels = Numbers(), Numbers(), Numbers(), Numbers()
        self._whats: dict[tuple[str, str, str, str], int] = {}
        self._words: dict[tuple[str, str, str, str], bytes] = {}  # the same numbers as they lie in a row
        self._by_number: list[What] = []
        self._columns = np.zeros((4, 0), np.int64)
        self._contacts: dict[str, bytes] = {}
        self._newest = 0  # nothing was recorded later
        self._dues = Dues(
            HOUR
        )  # by whole hours: nobody's last contact is in an hour before the one they are found under

    def keep_for(self, window: int) -> None:
        """Remember contacts for at least this long; it never shrinks, so a publication can be rolled back."""
        self.keep = max(self.keep, window)

    def add(self, subject: str, *whats: tuple[str, str, str, str], at: int, occurred_at: int) -> None:
        """Count contacts, one or more, recorded at history time `at`; each a `What`, or a tuple that reads as one."""
        horizon = at - self.keep - DAY
        if self._dues.earliest < horizon // HOUR:
            self._let_go(horizon // HOUR)
        contacts = self._contacts.get(subject)
        if contacts is None:
            self._dues.add(at, subject)
            contacts = b""
        else:
            if at < self._newest and at < _last(contacts):
                self._dues.add(at, subject)
            if _WORD.unpack_from(contacts)[0] < horizon:
                contacts = _since(contacts, horizon)
        self._newest = max(self._newest, at)
        instants, words, parts = _INSTANTS.pack(at, occurred_at), self._words, [contacts]
        for what in whats:
            parts += instants, words.get(what) or self._word(what)
        self._contacts[subject] = b"".join(parts)

    def take_back(self, subject: str, what: What, *, occurred_at: int) -> None:
        """A correction says that this contact did not happen."""
        contacts, number = self._contacts.get(subject, b""), self._whats.get(what)
        for place, contact in enumerate(_CONTACT.iter_unpack(contacts)):
            if contact[1:] == (occurred_at, number):
                start = place * _CONTACT.size
                self._replace(subject, contacts[:start] + contacts[start + _CONTACT.size :])
                return

    def join(self, subject: str, alias: str) -> None:
        """The contacts of `alias` were those of `subject`; in the order they were recorded."""
        added = self._contacts.pop(alias, None)
        if added is None:
            return
        both = self._contacts.get(subject, b"") + added
        rows = sorted(_CONTACT.iter_unpack(both), key=lambda row: row[0])
        self._replace(subject, b"".join(_CONTACT.pack(*row) for row in rows))

    def forget(self, subject: str) -> None:
        """Hold nothing of this customer any more."""
        self._contacts.pop(subject, None)

    def seen(self, subject: str) -> Seen | None:
        """This customer's contacts, None where there are none."""
        contacts = self._contacts.get(subject)
        if contacts is None:
            return None
        rows = np.frombuffer(contacts, "<i8").reshape(-1, _FIELDS)
        kind, offer, group, channel = self._columns[:, rows[:, 2]]
        return Seen(rows[:, 1], kind, offer, group, channel)

    @property
    def whats(self) -> Ints:
        """The numbers of kind, offer, group and channel of each sort of contact, one row per field."""
        return self._columns

    def contacts(self, subject: str) -> Ints:
        """A copy of this customer's contacts: (recorded at, occurred at, sort of contact) in each row."""
        return table_of(self._contacts.get(subject, b""), width=_FIELDS)

    def listed(self) -> tuple[int, Iterator[tuple[str, list[Said]]]]:
        """Every contact, sorted by customer: what the state's digest covers."""
        return self.keep, (
            (subject, [self._said(*contact) for contact in _CONTACT.iter_unpack(self._contacts[subject])])
            for subject in sorted(self._contacts)
        )

    def packed(self) -> Packed:
        """For a snapshot."""
        numbers = (self.kinds, self.offers, self.groups, self.channels)
        return [
            self.keep,
            [each.packed() for each in numbers],
            [list(what) for what in self._by_number],
            packed_texts(self._contacts),
            packed_blobs(list(self._contacts.values())),
        ]

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """From a snapshot."""
        log = cls()
        log.keep, numbers, whats, subjects, contacts = packed
        log.kinds, log.offers, log.groups, log.channels = (Numbers.unpacked(each) for each in numbers)
        for what in whats:
            log._number(What(*what))
        log._contacts = dict(zip(unpacked_texts(subjects), unpacked_blobs(contacts), strict=True))
        joined, lengths = contacts
        ends = np.cumsum(np.frombuffer(lengths, "<i8")) // _FIELD_BYTES
        last = np.frombuffer(joined, "<i8")[ends - _FIELDS]
        log._newest = int(last.max(initial=0))
        log._dues = Dues.of(HOUR, last, list(log._contacts))
        return log

    def __len__(self) -> int:
        return sum(len(contacts) for contacts in self._contacts.values()) // _CONTACT.size

    def _said(self, at: int, occurred_at: int, number: int) -> Said:
        what = self._by_number[number]
        return (at, occurred_at, what.kind, what.offer, what.group, what.channel)

    def _replace(self, subject: str, contacts: bytes) -> None:
        if contacts:
            self._contacts[subject] = contacts
            self._dues.add(_last(contacts), subject)  # which may be earlier than before
        else:
            del self._contacts[subject]

    def _let_go(self, hour: int) -> None:
        """Forget the customers whose last contact is in an hour before this one."""
        for subject in self._dues.before(hour):
            contacts = self._contacts.get(subject)
            if contacts is None:
                continue
            if (last := _last(contacts)) // HOUR < hour:
                del self._contacts[subject]
            else:
                self._dues.add(last, subject)

    def _word(self, what: tuple[str, str, str, str]) -> bytes:
        word = self._words[what] = _WORD.pack(self._number(What(*what)))
        return word

    def _number(self, what: What) -> int:
        number = self._whats.get(what)
        if number is None:
            number = self._whats[what] = len(self._by_number)
            self._by_number.append(what)
            self._widen(number, what)
        return number

    def _widen(self, number: int, what: What) -> None:
        if number >= self._columns.shape[1]:
            self._columns = np.hstack((self._columns, np.zeros((4, max(64, number)), np.int64)))
        self._columns[:, number] = (
            self.kinds.of(what.kind),
            self.offers.of(what.offer),
            self.groups.of(what.group),
            self.channels.of(what.channel),
        )


def _last(contacts: bytes) -> int:
    """When the last of these was recorded."""
    at: int = _WORD.unpack_from(contacts, len(contacts) - _CONTACT.size)[0]
    return at


def _since(contacts: bytes, horizon: int) -> bytes:
    """These without those before the first that was recorded at or after the horizon."""
    for place, (at, _, _) in enumerate(_CONTACT.iter_unpack(contacts)):
        if at >= horizon:
            return contacts[place * _CONTACT.size :]
    return b""
