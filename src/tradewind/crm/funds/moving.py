"""Change what a fund counts and post it, in one transaction: the only place where a fund's money moves.

The guard comes first: one conditional update of the fund's row, which finds it or refuses. Balanced books do not show
overspending; this does, whatever runs at the same time. Rows are changed in the order of their ids, then the book is
held, so that two who move the same funds wait for each other and never in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tradewind.crm.funds.models import Fund
from tradewind.crm.funds.rules import WHOLE_BP, OverBudget, StepRefused
from tradewind.crm.identity.models import User
from tradewind.crm.ledger.calendars import open_year
from tradewind.crm.ledger.drafts import Draft, Line
from tradewind.crm.ledger.models import FUNDS, AccountKind, Book, JournalEntry, LedgerAccount
from tradewind.crm.ledger.operations import post

BUDGET, RESERVED, ACCRUED, CLAIMED = "budget", "reserved", "accrued", "claimed"
VALIDATED, SETTLED, PAID, EXPIRED = "validated", "settled", "paid", "expired"
CONTRA: Final = "contra"
"""The other side of every category, so that each fund balances by itself."""

CATEGORIES: Final = (BUDGET, RESERVED, ACCRUED, CLAIMED, VALIDATED, SETTLED, PAID, EXPIRED)
"""The value categories of a fund: a ledger account each."""


@dataclass(frozen=True, slots=True)
class Move:
    """What one fund's categories gain (or lose), in minor units of its currency."""

    fund: Fund
    budget_minor: int = 0
    reserved_minor: int = 0
    settled_minor: int = 0
    expired_minor: int = 0

    @property
    def held_minor(self) -> int:
        """What is reserved and not settled."""
        return self.reserved_minor - self.settled_minor

    def amounts(self) -> dict[str, int]:
        moved = {
            BUDGET: self.budget_minor,
            RESERVED: self.reserved_minor,
            SETTLED: self.settled_minor,
            EXPIRED: self.expired_minor,
        }
        return {category: amount for category, amount in (moved | {CONTRA: -sum(moved.values())}).items() if amount}


def open_accounts(fund: Fund) -> None:
    """Give a new fund its accounts in the book `funds`, and its plan the periods to post in."""
    for year in range(fund.plan.starts_date.year, fund.plan.ends_date.year + 2):  # what is settled late is posted too
        open_year(FUNDS, year)
    book = Book.objects.named(FUNDS)
    LedgerAccount.objects.bulk_create(
        LedgerAccount(
            book=book,
            code=category,
            holder=fund.account_holder(),
            currency=fund.currency,
            kind=AccountKind.STATISTICAL,
            name=category.capitalize(),
            opened_date=fund.plan.starts_date,
        )
        for category in (*CATEGORIES, CONTRA)
    )


@transaction.atomic
def move(
    moves: Sequence[Move],
    *,
    key: str,
    kind: str,
    text: str,
    actor: User | None,
    now: datetime,
    uses_tolerance: bool = False,
) -> JournalEntry:
    """Guard every fund and post one entry.

    Args:
        moves: one a fund; amounts in minor units of the fund's currency.
        key: names the act, so that it is posted once.
        kind: what the entry is called.
        text: what people read.
        actor: who does it; None for a run.
        now: when; the entry is dated with the day that this is here.
        uses_tolerance: whether held and paid may go over the budget as far as the fund's rule tolerates.

    Raises:
        OverBudget: a fund has not so much; nothing was changed.
        StepRefused: the act was posted before.
        PostingRefused: as `ledger.operations.post` says.
    """
    guard(moves, uses_tolerance=uses_tolerance)
    draft = Draft(key=key, entry_date=timezone.localdate(now), kind=kind, lines=tuple(_lines(moves)), text=text)
    (posted,) = post(book=FUNDS, drafts=[draft], actor=actor, now=now)
    if not posted.is_new:
        raise StepRefused(_("That was posted already."))
    return JournalEntry.objects.get(pk=posted.entry_id)


def is_posted(key: str) -> bool:
    """Whether an act of this name moved money of funds before."""
    return JournalEntry.objects.filter(book__code=FUNDS, key=key).exists()


def guard(moves: Iterable[Move], *, uses_tolerance: bool = False) -> None:
    """Change what the funds count, or refuse; whoever calls posts the same in the same transaction.

    Raises:
        OverBudget: a fund has not so much.
    """
    for one in sorted(moves, key=lambda one: one.fund.pk):
        _guard(one, uses_tolerance=uses_tolerance)


def _guard(one: Move, *, uses_tolerance: bool) -> None:
    """The conditional update: held + paid stay within the budget, or nothing is changed."""
    budget = F("budget_minor") + one.budget_minor
    committed = F("held_minor") + F("paid_minor") + one.held_minor + one.settled_minor
    limit = budget + budget * F("tolerance_bp") / WHOLE_BP if uses_tolerance else budget
    takes_more = one.budget_minor < 0 or one.held_minor + one.settled_minor > 0
    rows = Fund.objects.filter(pk=one.fund.pk)
    fitting = rows.annotate(limit=limit, committed=committed).filter(committed__lte=F("limit")) if takes_more else rows
    enough = fitting.filter(held_minor__gte=-one.held_minor, paid_minor__gte=-one.settled_minor)
    changed = enough.filter(budget_minor__gte=-one.budget_minor).update(
        budget_minor=F("budget_minor") + one.budget_minor,
        held_minor=F("held_minor") + one.held_minor,
        paid_minor=F("paid_minor") + one.settled_minor,
    )
    if not changed:
        raise OverBudget(_("The fund “%(fund)s” does not have so much left.") % {"fund": one.fund})


def _lines(moves: Iterable[Move]) -> Iterable[Line]:
    holders = {one.fund.account_holder(): one for one in moves}
    accounts = LedgerAccount.objects.in_book(FUNDS).filter(holder__in=holders).order_by("holder", "id")
    for account in accounts:
        amount = holders[account.holder].amounts().get(account.code)
        if amount:
            yield Line(account.pk, amount)
