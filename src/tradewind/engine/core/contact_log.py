"""Every contact that a contact policy may still look at: exact, one log per customer across all channels.

The log keeps instants and never days, so the fold does not depend on any calendar; a decision turns its policies'
days into instants. A contact is let go once history time is `keep` and a day past its recording.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tradewind.engine.core.contact_policy import DAY

Ints = NDArray[np.int64]

KEPT_AT_LEAST = 30 * DAY
"""So that the first publication with a policy finds a month of contacts to count."""

_FIELDS = 3  # recorded at, occurred at, what


@dataclass(frozen=True, slots=True, order=True)
class What:
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

    def __init__(self) -> None:
        self._of: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._of)

    def of(self, name: str) -> int:
        """The number of a name, which may be new."""
        return self._of.setdefault(name, len(self._of))

    def known(self, name: str) -> int:
        """The number of a name, or -1 where it has none."""
        return self._of.get(name, -1)


class ContactLog:
    """The contacts of each customer, in the order of history."""

    def __init__(self) -> None:
        self.keep = KEPT_AT_LEAST
        self.kinds, self.offers, self.groups, self.channels = Numbers(), Numbers(), Numbers(), Numbers()
        self._whats: dict[What, int] = {}
        self._by_number: list[What] = []
        self._columns = np.zeros((4, 0), np.int64)
        self._contacts: dict[str, array[int]] = {}

    def keep_for(self, window: int) -> None:
        """Remember contacts for at least this long; it never shrinks, so a publication can be rolled back."""
        self.keep = max(self.keep, window)

    def add(self, subject: str, what: What, *, at: int, occurred_at: int) -> None:
        """Count a contact recorded at history time `at`."""
        horizon = at - self.keep - DAY
        self._let_go(horizon)
        contacts = self._contacts.pop(subject, None)
        if contacts is None:
            contacts = array("q")
        elif contacts[0] < horizon:
            gone = next(place for place in range(0, len(contacts), _FIELDS) if contacts[place] >= horizon)
            del contacts[:gone]
        contacts.extend((at, occurred_at, self._number(what)))
        self._contacts[subject] = contacts  # at the end: customers are in the order of their last contact

    def take_back(self, subject: str, what: What, *, occurred_at: int) -> None:
        """A correction says that this contact did not happen."""
        contacts, number = self._contacts.get(subject), self._whats.get(what)
        if contacts is None:
            return
        for place in range(0, len(contacts), _FIELDS):
            if contacts[place + 1] == occurred_at and contacts[place + 2] == number:
                del contacts[place : place + _FIELDS]
                break
        if not contacts:
            del self._contacts[subject]

    def seen(self, subject: str) -> Seen | None:
        """This customer's contacts, None where there are none."""
        contacts = self._contacts.get(subject)
        if contacts is None:
            return None
        rows = np.array(contacts, np.int64).reshape(-1, _FIELDS)
        kind, offer, group, channel = self._columns[:, rows[:, 2]]
        return Seen(rows[:, 1], kind, offer, group, channel)

    def listed(self) -> list[object]:
        """Every contact, sorted by customer: what the state's digest covers."""
        return [
            self.keep,
            [
                [subject, [[*self._said(contacts, place)] for place in range(0, len(contacts), _FIELDS)]]
                for subject, contacts in sorted(self._contacts.items())
            ],
        ]

    def __len__(self) -> int:
        return sum(len(contacts) for contacts in self._contacts.values()) // _FIELDS

    def _said(self, contacts: array[int], place: int) -> tuple[int, int, str, str, str, str]:
        what = self._by_number[contacts[place + 2]]
        return (contacts[place], contacts[place + 1], what.kind, what.offer, what.group, what.channel)

    def _let_go(self, horizon: int) -> None:
        """Forget the customers whose last contact is behind the horizon."""
        while self._contacts:
            subject, contacts = next(iter(self._contacts.items()))
            if contacts[-_FIELDS] >= horizon:
                break
            del self._contacts[subject]

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
