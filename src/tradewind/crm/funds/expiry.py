"""When the last day of a fund is over: what nobody holds expires, or rolls into the next plan."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tradewind.crm.funds.budgets import carry_out, draft
from tradewind.crm.funds.models import BudgetPosting, Fund
from tradewind.crm.funds.rules import BudgetKind, BudgetStatus


def expire_due(now: datetime) -> int:
    """Expire every fund whose last day is over, each in a transaction of its own; how many.

    What an approved reservation holds stays until it is settled or let go; let go, it expires at once.
    """
    due = Fund.objects.due_to_expire(on_date=timezone.localdate(now)).order_by("pk").values_list("pk", flat=True)
    return sum(_expire(pk, now=now) for pk in list(due))


@transaction.atomic
def _expire(pk: int, *, now: datetime) -> bool:
    fund = Fund.objects.select_for_update(of=("self",)).select_related("plan", "rule").get(pk=pk)
    if fund.expired_at is not None or fund.expires_date >= timezone.localdate(now):
        return False  # another run was here
    fund.expired_at = now
    fund.save(update_fields=["expired_at"])
    expire_left(fund, why=f"{fund.expires_date:%Y-%m-%d}", now=now)
    return True


def expire_left(fund: Fund, *, why: str, now: datetime) -> None:
    """Take what is left of an expired fund and not held: into the next plan's fund of the same holder, or for good."""
    fund.refresh_from_db(fields=["budget_minor", "held_minor", "paid_minor"])
    left = fund.available_minor
    if left <= 0:
        return
    heir = _heir(fund)
    amounts = {fund: -left} if heir is None else {fund: -left, heir: left}
    kind = BudgetKind.EXPIRE if heir is None else BudgetKind.ROLL
    posting = draft(plan=fund.plan, kind=kind, amounts=amounts, why=why, actor=None, now=now)
    posting.status, posting.digest = BudgetStatus.TO_BE_APPROVED, posting.content_digest()
    posting.save(update_fields=["status", "digest"])
    carry_out(BudgetPosting.objects.select_for_update().get(pk=posting.pk), actor=None, now=now)


def _heir(fund: Fund) -> Fund | None:
    """The fund that a roll goes to: of the next plan, for the same partner, product, territory or label."""
    if fund.plan.next_plan_id is None:
        return None
    same = Fund.objects.filter(plan=fund.plan.next_plan_id, kind=fund.kind, currency=fund.currency, expired_at=None)
    return same.filter(
        partner=fund.partner_id, product=fund.product_id, territory=fund.territory_id, label=fund.label
    ).first()
