"""Budget postings: asked for, approved in stages, posted with the last stage, taken back by a reversal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tradewind.crm.funds.approving import hold_to_stage, next_stage
from tradewind.crm.funds.models import AvailabilityRule, BudgetLine, BudgetPosting, Fund, FundsPlan
from tradewind.crm.funds.moving import Move, guard, move, open_accounts
from tradewind.crm.funds.rules import BUDGET_STEPS, BudgetKind, BudgetStatus, FundsRefused, StepRefused, next_step
from tradewind.crm.identity.models import User
from tradewind.crm.ledger.models import LedgerAccount
from tradewind.crm.ledger.operations import reverse as reverse_entry


@transaction.atomic
def open_fund(fund: Fund, *, expires_date: date | None = None) -> Fund:
    """Save a new fund, with its plan's currency and last day where none is named, and its accounts in the ledger."""
    rule: AvailabilityRule = fund.rule
    fund.currency, fund.tolerance_bp = fund.plan.currency, rule.tolerance_bp
    fund.expires_date = expires_date or fund.plan.ends_date
    fund.full_clean()
    fund.save()
    open_accounts(fund)
    return fund


@transaction.atomic
def draft(
    *,
    plan: FundsPlan,
    kind: BudgetKind,
    amounts: Mapping[Fund, int],
    why: str,
    actor: User | None,
    now: datetime,
    until_date: date | None = None,
) -> BudgetPosting:
    """Write a budget posting that is not asked for yet.

    Args:
        plan: the plan of its funds; only a roll names funds of the next one too.
        kind: what it does.
        amounts: minor units of the plan's currency by fund; an extension has 0, a transfer sums to zero, a renewal
            gives back what expired.
        why: for those who approve.
        actor: who asks; None for a run.
        now: when.
        until_date: the new last day of an extension or a renewal.

    Raises:
        FundsRefused: the amounts are not those of its kind, or a fund is of another plan.
    """
    _hold_to_kind(plan, kind, amounts, until_date)
    posting = BudgetPosting.objects.create(
        plan=plan, kind=kind, why=why, until_date=until_date, asked_by=actor, asked_at=now
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(posting=posting, fund=fund, amount_minor=amount) for fund, amount in amounts.items()
    )
    return posting


@transaction.atomic
def submit(posting: BudgetPosting) -> None:
    """Ask for approval; from here on the document stays as it is.

    Raises:
        StepRefused: it was asked for already.
    """
    held = _held(posting)
    next_step(BUDGET_STEPS, held.status, BudgetStatus.TO_BE_APPROVED)
    held.status, held.digest = BudgetStatus.TO_BE_APPROVED, held.content_digest()
    held.save(update_fields=["status", "digest"])
    posting.refresh_from_db()


@transaction.atomic
def approve(posting: BudgetPosting, *, actor: User, now: datetime) -> None:
    """Approve the stage it waits at; with the last one it is posted, and only then do budgets change.

    Raises:
        StepRefused: it does not wait for approval, or is not what was asked for.
        FourEyes, NotEntitled: this person does not decide this stage.
        OverBudget: a fund does not have what it takes away.
        FundsRefused: a fund that has expired would be given something.
    """
    held = _held(posting)
    next_step(BUDGET_STEPS, held.status, BudgetStatus.APPROVED)
    if held.digest != held.content_digest():
        raise StepRefused(_("The document is not the one that was asked for."))
    stage = next_stage(held)
    if stage is None:
        raise StepRefused(_("The plan names nobody who approves."))
    hold_to_stage(held, stage, actor)
    held.decisions.create(
        stage=stage.position, asked_by=held.asked_by, decided_by=actor, decided_at=now, is_approved=True
    )
    if next_stage(held) is None:
        carry_out(held, actor=actor, now=now)
    posting.refresh_from_db()


@transaction.atomic
def reject(posting: BudgetPosting, *, actor: User, now: datetime, why: str) -> None:
    """Refuse it at the stage it waits at, with a reason.

    Raises:
        StepRefused, FourEyes, NotEntitled: as `approve` says.
    """
    held = _held(posting)
    next_step(BUDGET_STEPS, held.status, BudgetStatus.REJECTED)
    stage = next_stage(held)
    if stage is None or not why.strip():
        raise StepRefused(_("Say why."))
    hold_to_stage(held, stage, actor)
    held.decisions.create(
        stage=stage.position, asked_by=held.asked_by, decided_by=actor, decided_at=now, is_approved=False, why=why
    )
    held.status = BudgetStatus.REJECTED
    held.save(update_fields=["status"])
    posting.refresh_from_db()


def carry_out(posting: BudgetPosting, *, actor: User | None, now: datetime) -> None:
    """Change the budgets and post it; for a posting that this transaction holds and that is approved.

    Raises:
        FundsRefused: a fund that has expired would be given something; it is renewed instead.
        OverBudget: a fund does not have what it takes away.
    """
    lines = list(posting.lines.select_related("fund__plan").order_by("fund"))
    if posting.kind in {BudgetKind.UPDATE, BudgetKind.TRANSFER}:
        _hold_to_funds_that_run([line.fund for line in lines if line.amount_minor > 0], on_date=timezone.localdate(now))
    moves = [_move(posting, line.fund, line.amount_minor) for line in lines if line.amount_minor]
    if moves:
        key = f"budget-posting:{posting.uuid}:approved"
        posting.entry = move(moves, key=key, kind=f"budget-{posting.kind}", text=posting.why, actor=actor, now=now)
    if posting.until_date is not None:
        _prolong([line.fund for line in lines], posting, on_date=timezone.localdate(now))
    posting.status = BudgetStatus.APPROVED
    posting.save(update_fields=["status", "entry"])


@transaction.atomic
def reverse(posting: BudgetPosting, *, actor: User | None, now: datetime) -> None:
    """Take an approved update or transfer back, by an entry that mirrors it.

    Raises:
        StepRefused: it is not approved, or of a kind that is not taken back.
        OverBudget: a fund has used what it would lose.
        FundsRefused: a fund that has expired would get something back.
    """
    held = _held(posting)
    next_step(BUDGET_STEPS, held.status, BudgetStatus.REVERSED)
    if held.kind not in {BudgetKind.UPDATE, BudgetKind.TRANSFER} or held.entry is None:
        raise StepRefused(_("Only an update or a transfer is taken back; ask for the opposite instead."))
    lines = list(held.lines.select_related("fund"))
    gets_back = [line.fund for line in lines if line.amount_minor < 0]
    _hold_to_funds_that_run(gets_back, on_date=timezone.localdate(now))
    guard([Move(line.fund, budget_minor=-line.amount_minor) for line in lines])
    reverse_entry(
        held.entry, entry_date=timezone.localdate(now), actor=actor, now=now, key=f"budget-posting:{held.uuid}:reversed"
    )
    held.status = BudgetStatus.REVERSED
    held.save(update_fields=["status"])
    posting.refresh_from_db()


def _held(posting: BudgetPosting) -> BudgetPosting:
    """The document, held until the transaction ends, as it is now."""
    return BudgetPosting.objects.select_for_update(of=("self",)).select_related("plan").get(pk=posting.pk)


def _move(posting: BudgetPosting, fund: Fund, amount_minor: int) -> Move:
    gives_back = posting.kind in {BudgetKind.RENEW, BudgetKind.EXPIRE}
    return Move(fund, budget_minor=amount_minor, expired_minor=-amount_minor if gives_back else 0)


def _hold_to_funds_that_run(funds: Sequence[Fund], *, on_date: date) -> None:
    """Hold the funds, in the order in which everybody does; none of them may have expired."""
    for fund in Fund.objects.select_for_update().filter(pk__in=[fund.pk for fund in funds]).order_by("pk"):
        if fund.is_seen_expired(on_date=on_date):
            raise FundsRefused(_("The fund “%(fund)s” has expired; renew it instead.") % {"fund": fund})


def _prolong(funds: Sequence[Fund], posting: BudgetPosting, *, on_date: date) -> None:
    if posting.kind == BudgetKind.EXTEND:
        _hold_to_funds_that_run(funds, on_date=on_date)
    for fund in Fund.objects.select_for_update().filter(pk__in=[fund.pk for fund in funds]).order_by("pk"):
        fund.expires_date, fund.expired_at = posting.until_date or fund.expires_date, None
        fund.save(update_fields=["expires_date", "expired_at"])


def _hold_to_kind(plan: FundsPlan, kind: BudgetKind, amounts: Mapping[Fund, int], until_date: date | None) -> None:
    plans = {plan.pk, plan.next_plan_id} if kind == BudgetKind.ROLL else {plan.pk}
    if not amounts or any(fund.plan_id not in plans for fund in amounts):
        raise FundsRefused(_("Name funds of the plan."))
    if kind in {BudgetKind.TRANSFER, BudgetKind.ROLL} and sum(amounts.values()) != 0:
        raise FundsRefused(_("What one fund gives the others get: the amounts sum to zero."))
    if kind == BudgetKind.EXTEND:
        if any(amounts.values()) or until_date is None:
            raise FundsRefused(_("An extension names a last day and no amount."))
    elif not all(amounts.values()):
        raise FundsRefused(_("Name an amount for each fund."))
    if kind == BudgetKind.RENEW:
        _hold_to_expired(amounts, until_date)


def _hold_to_expired(amounts: Mapping[Fund, int], until_date: date | None) -> None:
    if until_date is None:
        raise FundsRefused(_("A renewal names a last day."))
    for fund, amount in amounts.items():
        expired = LedgerAccount.objects.with_balance().get(holder=fund.account_holder(), code="expired")
        if not 0 < amount <= expired.balance.balance_minor:
            raise FundsRefused(_("The fund “%(fund)s” renews up to what expired.") % {"fund": fund})
