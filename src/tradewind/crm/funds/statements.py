"""What a fund stands at, read from the ledger: never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tradewind.crm.funds.models import Fund
from tradewind.crm.funds.moving import CATEGORIES
from tradewind.crm.ledger.models import FUNDS, LedgerAccount
from tradewind.crm.ledger.statements import stands_at


@dataclass(frozen=True, slots=True)
class FundStatement:
    """The value categories of a fund, in minor units of its currency."""

    budget_minor: int
    reserved_minor: int
    accrued_minor: int
    claimed_minor: int
    validated_minor: int
    settled_minor: int
    paid_minor: int
    expired_minor: int

    @property
    def available_to_reserve_minor(self) -> int:
        """Budget − reserved."""
        return self.budget_minor - self.reserved_minor

    @property
    def available_to_spend_minor(self) -> int:
        """Budget − settled."""
        return self.budget_minor - self.settled_minor


def statement(fund: Fund, *, day: date | None = None) -> FundStatement:
    """The fund now, or when a day ended: one query, and for each category one look into an index."""
    holder = fund.account_holder()
    if day is None:
        accounts = LedgerAccount.objects.in_book(FUNDS).filter(holder=holder).order_by()
        stands = dict(accounts.values_list("code", "balance__balance_minor"))
    else:
        stands = stands_at(holder, day)
    return FundStatement(*(stands[category] for category in CATEGORIES))
