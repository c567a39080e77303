"""A plan of marketing funds for tests: two partners' funds, a rule with a tolerance, and people who approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.books import NOW
from tests.cast import Cast

from tradewind.crm.funds import budgets, reservations
from tradewind.crm.funds.models import (
    ApprovalStage,
    Approver,
    AvailabilityRule,
    BudgetPosting,
    Fund,
    FundKind,
    FundsPlan,
    Reservation,
)
from tradewind.crm.funds.rules import BudgetKind
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Organisation

STARTS, ENDS = date(2026, 1, 1), date(2026, 12, 31)
LARGE = 1_000_000
"""From so much on finance decides too."""


@dataclass(frozen=True, slots=True)
class Granted:
    cast: Cast
    plan: FundsPlan
    rule: AvailabilityRule
    camden: Fund
    borough: Fund
    laptops: Fund

    def ask(self, amounts: dict[Fund, int], kind: BudgetKind = BudgetKind.UPDATE, **more: date) -> BudgetPosting:
        """Hannah asks."""
        posting = budgets.draft(
            plan=self.plan, kind=kind, amounts=amounts, why="Autumn", actor=self.cast.hannah, now=NOW, **more
        )
        budgets.submit(posting)
        return posting

    def grant(self, amounts: dict[Fund, int], kind: BudgetKind = BudgetKind.UPDATE, **more: date) -> BudgetPosting:
        """Hannah asks, Claire approves, and Farah where it is much."""
        posting = self.ask(amounts, kind, **more)
        budgets.approve(posting, actor=self.cast.claire, now=NOW)
        if posting.status == "to_be_approved":
            budgets.approve(posting, actor=self.cast.farah, now=NOW)
        self.refresh()
        return posting

    def request(self, amount_minor: int, *, currency: str = "GBP", fund: Fund | None = None) -> Reservation:
        """Petra asks for money of Camden's fund."""
        return reservations.request(
            fund or self.camden,
            amount_minor=amount_minor,
            currency=currency,
            purpose="Open day",
            actor=self.cast.petra,
            now=NOW,
        )

    def hold(self, amount_minor: int, *, approver: User | None = None) -> Reservation:
        reservation = self.request(amount_minor)
        reservations.approve(reservation, actor=approver or self.cast.claire, now=NOW)
        self.refresh()
        return reservation

    def refresh(self) -> None:
        for fund in (self.camden, self.borough, self.laptops):
            fund.refresh_from_db()

    def counts(self, fund: Fund | None = None) -> tuple[int, int, int]:
        """Budget, held and settled money of a fund: Camden's where none is named."""
        counted = Fund.objects.get(pk=(fund or self.camden).pk)
        return counted.budget_minor, counted.held_minor, counted.paid_minor


def granted(cast: Cast, *, tolerance_bp: int = 500) -> Granted:
    plan = FundsPlan.objects.create(name="Partners 2026", currency="GBP", starts_date=STARTS, ends_date=ENDS)
    rule = AvailabilityRule.objects.create(name="Usual", tolerance_bp=tolerance_bp)
    ApprovalStage.objects.create(plan=plan, position=1, role=Role.CHANNEL_MANAGER)
    ApprovalStage.objects.create(plan=plan, position=2, role=Role.FINANCE, from_minor=LARGE)
    for user, level in ((cast.claire, 1), (cast.farah, 2), (cast.hannah, 1)):
        Approver.objects.create(user=user, currency="GBP", limit_minor=100_000_000, level=level)
    camden, borough = (fund_of(plan, rule, partner) for partner in (cast.camden, cast.borough))
    laptops = Fund(plan=plan, rule=rule, kind=FundKind.CATEGORY, label="Laptops", owner=cast.claire)
    return Granted(cast, plan, rule, camden, borough, budgets.open_fund(laptops))


def fund_of(plan: FundsPlan, rule: AvailabilityRule, partner: Organisation) -> Fund:
    return budgets.open_fund(Fund(plan=plan, rule=rule, kind=FundKind.PARTNER, partner=partner))
