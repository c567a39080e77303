"""What may follow what, and how much is too much. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

WHOLE_BP: Final = 10_000
"""Basis points of a whole: shares are whole numbers too."""


class BudgetKind(models.TextChoices):
    UPDATE = "update", _("Update")
    TRANSFER = "transfer", _("Transfer")
    EXTEND = "extend", _("Extension")
    RENEW = "renew", _("Renewal")
    EXPIRE = "expire", _("Expiry")
    ROLL = "roll", _("Roll into the next plan")


class BudgetStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    TO_BE_APPROVED = "to_be_approved", _("To be approved")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    REVERSED = "reversed", _("Reversed")


class ReservationStatus(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    CLOSED = "closed", _("Closed")


BUDGET_STEPS: Final[Mapping[str, Sequence[str]]] = {
    BudgetStatus.DRAFT: (BudgetStatus.TO_BE_APPROVED,),
    BudgetStatus.TO_BE_APPROVED: (BudgetStatus.APPROVED, BudgetStatus.REJECTED),
    BudgetStatus.APPROVED: (BudgetStatus.REVERSED,),
}
RESERVATION_STEPS: Final[Mapping[str, Sequence[str]]] = {
    ReservationStatus.REQUESTED: (ReservationStatus.APPROVED, ReservationStatus.REJECTED),
    ReservationStatus.APPROVED: (ReservationStatus.CLOSED,),
}


class FundsRefused(Exception):  # noqa: N818 - it says what is, not that something failed
    """Nothing was changed and nothing posted. The text is for people."""


class StepRefused(FundsRefused):
    """The document is not in a state from which that step leads on."""


class OverBudget(FundsRefused):
    """More is held, paid or taken than the fund has."""


class FourEyes(FundsRefused):
    """Whoever asked, or decided an earlier stage, does not decide this one."""


class NotEntitled(FundsRefused):
    """The person may not approve so much, or not at this stage."""


class RateMissing(FundsRefused):
    """There is no exchange rate for the day."""


class Level(IntEnum):
    """What availability control says of an amount, from good to bad."""

    FREE = 0
    INFORMATION = 1
    WARNING = 2
    TOLERATED = 3
    ERROR = 4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Shares of the budget, in basis points: from where on to inform and to warn, and how far over it may go."""

    information_bp: int = 8_000
    warning_bp: int = 9_000
    tolerance_bp: int = 0


def judge(*, budget_minor: int, committed_minor: int, amount_minor: int, thresholds: Thresholds) -> Level:
    """What it means to hold an amount more of a fund.

    Args:
        budget_minor: the fund's budget in minor units.
        committed_minor: what is held and paid already.
        amount_minor: what is to be held besides.
        thresholds: the rule of the fund.

    >>> judge(budget_minor=1000, committed_minor=700, amount_minor=200, thresholds=Thresholds()).name
    'WARNING'
    """
    used = (committed_minor + amount_minor) * WHOLE_BP
    if used > budget_minor * (WHOLE_BP + thresholds.tolerance_bp):
        return Level.ERROR
    if used > budget_minor * WHOLE_BP:
        return Level.TOLERATED
    if used >= budget_minor * thresholds.warning_bp:
        return Level.WARNING
    return Level.INFORMATION if used >= budget_minor * thresholds.information_bp else Level.FREE


def split(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Share a whole amount by weights so that not a cent is lost: the largest remainders get what is left.

    Of equal remainders the first gets it. Source: Hare–Niemeyer, the largest remainder method.

    >>> split(100, [1, 1, 1]), split(-100, [1, 1, 1]), split(5, [0, 3])
    ([34, 33, 33], [-34, -33, -33], [0, 5])

    Raises:
        ValueError: the weights are negative or sum to nothing.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are 0 or more, and not all 0")
    sign, amount = (-1 if total_minor < 0 else 1), abs(total_minor)
    shares = [divmod(amount * weight, whole) for weight in weights]
    left = amount - sum(share for share, _rest in shares)
    first = sorted(range(len(shares)), key=lambda place: -shares[place][1])[:left]
    return [sign * (share + (place in first)) for place, (share, _rest) in enumerate(shares)]


def next_step(table: Mapping[str, Sequence[str]], current: str, wanted: str) -> None:
    """Hold a step to its table.

    Raises:
        StepRefused: it does not lead on from here.
    """
    if wanted not in table.get(current, ()):
        raise StepRefused(_("That cannot be done any more: the document has gone another way."))
