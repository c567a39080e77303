"""Prove that what funds count is what their postings come to."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Replace

from tradewind.crm.funds.models import Fund
from tradewind.crm.funds.moving import BUDGET, RESERVED, SETTLED
from tradewind.crm.ledger.models import FUNDS, LedgerAccount


def differing() -> Iterator[str]:
    """Each fund whose budget, held or settled money is not the fold of its postings, in words.

    One query, so that a fund and its postings are seen at the same instant.
    """
    funds = Fund.objects.annotate(**{code: _stands(code) for code in (BUDGET, RESERVED, SETTLED)})
    wrong = funds.exclude(budget_minor=F(BUDGET), paid_minor=F(SETTLED), held_minor=F(RESERVED) - F(SETTLED)).order_by(
        "pk"
    )
    for fund in wrong.values("uuid", "budget_minor", "held_minor", "paid_minor", BUDGET, RESERVED, SETTLED):
        counts = f"budget {fund['budget_minor']}, held {fund['held_minor']}, settled {fund['paid_minor']}"
        held = fund[RESERVED] - fund[SETTLED]
        yield f"fund {fund['uuid']} counts {counts}; its postings come to {fund[BUDGET]}, {held}, {fund[SETTLED]}"


def _stands(code: str) -> Subquery:
    """What an account of the fund stands at; a uuid is written without dashes in the ledger."""
    plain = Replace(Cast(OuterRef("uuid"), CharField()), Value("-"), Value(""))
    account = LedgerAccount.objects.filter(book__code=FUNDS, code=code, holder=plain)
    return Subquery(account.values("balance__balance_minor")[:1])
