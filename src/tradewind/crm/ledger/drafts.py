"""An entry before it is posted, and why it may be refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import msgspec
from django.utils.translation import gettext as _

from tradewind.crm.ledger.models import JournalEntry

LARGEST = 2**63 - 1
"""The most minor units that an amount or a balance may come to, on either side."""


class PostingRefused(Exception):  # noqa: N818 - it says what is, not that something failed
    """The entry does not exist: nothing of the whole call was posted. The text is for people."""


class Unbalanced(PostingRefused):
    """The lines do not come to zero for each currency and holder, or are not whole amounts."""


class KeyTaken(PostingRefused):
    """The key belongs to an entry with other content."""


class PeriodClosed(PostingRefused):
    """No open period of the book holds the day, or an entry of a later day is there already."""


class AccountRefused(PostingRefused):
    """An account is not of this book, not open on that day, or would hold more than can be counted."""


class ReversalRefused(PostingRefused):
    """The entry is a reversal itself, or was reversed already."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one account is debited (positive) or credited (negative), in minor units of its currency."""

    account_id: int
    amount_minor: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as it is asked for.

    The key names the act that asks, for instance `budget-posting:7:approved`, so that asking again changes nothing.
    """

    key: str
    entry_date: date
    kind: str
    lines: tuple[Line, ...]
    text: str = ""
    reverses: JournalEntry | None = field(default=None, compare=False)

    def digest(self) -> bytes:
        """SHA-256 of everything that is asked for, without who asks and when."""
        reverses = self.reverses and self.reverses.position
        lines = [(line.account_id, line.amount_minor, line.text) for line in self.lines]
        content = (self.entry_date, self.kind, self.text, reverses, lines)
        return sha256(msgspec.json.encode(content)).digest()

    def check(self, sides: Mapping[int, tuple[str, str]]) -> None:
        """Hold the lines to the first law of book-keeping.

        Args:
            sides: account id to its currency and holder.

        Raises:
            Unbalanced: fewer than two lines, an amount of nothing or not whole, or a sum that is not zero.
        """
        if len(self.lines) < 2:
            raise Unbalanced(_("An entry has two lines or more."))
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for line in self.lines:
            if type(line.amount_minor) is not int or not line.amount_minor:
                raise Unbalanced(_("An amount is a whole number of minor units, and not zero."))
            sums[sides[line.account_id]] += line.amount_minor
        for (currency, holder), over in sums.items():
            if over:
                raise Unbalanced(
                    _("Debit and credit differ by %(over)s %(currency)s minor units.")
                    % {"over": over, "currency": f"{currency} {holder}".strip()}
                )
