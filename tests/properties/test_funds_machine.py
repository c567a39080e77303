"""Whatever is granted, moved, held, settled, let go and expired, in any order: two funds count what a plain model does.

The laws are those of the ledger in docs/explanation/ledger.md, by their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.books import NOW
from tests.cast import build_cast
from tests.granted import Granted, granted

from tradewind.crm.funds import budgets, reservations
from tradewind.crm.funds.expiry import expire_due
from tradewind.crm.funds.models import Fund, Reservation
from tradewind.crm.funds.rules import BudgetKind, FourEyes, FundsRefused, OverBudget, StepRefused
from tradewind.crm.funds.statements import statement
from tradewind.crm.funds.verify import differing
from tradewind.crm.ledger.models import FUNDS, Posting
from tradewind.crm.ledger.verify import Verified, verify

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

AMOUNTS = st.integers(min_value=1, max_value=2_000)
WHICH = st.sampled_from(["camden", "borough"])
NEW_YEAR = datetime(2027, 1, 1, 10, 0, tzinfo=UTC)


@dataclass
class Plain:
    """What a fund should count."""

    budget: int = 0
    held: int = 0
    settled: int = 0
    expired: int = 0

    @property
    def left(self) -> int:
        return self.budget - self.held - self.settled

    def takes(self, amount: int, *, tolerance_bp: int = 0) -> bool:
        return self.held + self.settled + amount <= self.budget + self.budget * tolerance_bp // 10_000


@dataclass
class Held:
    """A reservation that was approved, and what it still holds."""

    which: str
    row: Reservation
    left: int
    settled: dict[str, int] = field(default_factory=dict)
    is_open: bool = True


class Funds(RuleBasedStateMachine):
    held = Bundle("held")

    @initialize()
    def begin(self) -> None:
        self.point = transaction.atomic()
        self.point.__enter__()
        self.funds: Granted = granted(build_cast())
        self.plain = {"camden": Plain(), "borough": Plain()}
        self.is_over = False

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        return NEW_YEAR if self.is_over else NOW

    def fund(self, which: str) -> Fund:
        fund: Fund = getattr(self.funds, which)
        fund.refresh_from_db()
        return fund

    def posted(self, amounts: dict[Fund, int], kind: BudgetKind) -> bool:
        posting = budgets.draft(
            plan=self.funds.plan, kind=kind, amounts=amounts, why="x", actor=self.funds.cast.hannah, now=self.now
        )
        budgets.submit(posting)
        try:
            budgets.approve(posting, actor=self.funds.cast.claire, now=self.now)
        except FundsRefused:
            posting.refresh_from_db()
            assert (posting.status, posting.entry_id) == ("to_be_approved", None)
            return False
        return True

    # --- What is asked

    @rule(which=WHICH, amount=AMOUNTS)
    def grant(self, which: str, amount: int) -> None:
        """What has expired is given nothing; it is renewed."""
        given = self.posted({self.fund(which): amount}, BudgetKind.UPDATE)
        assert given != self.is_over
        self.plain[which].budget += amount * given

    @rule(which=WHICH, amount=AMOUNTS)
    def take_away(self, which: str, amount: int) -> None:
        plain = self.plain[which]
        assert self.posted({self.fund(which): -amount}, BudgetKind.UPDATE) == (plain.left >= amount)
        if plain.left >= amount:
            plain.budget -= amount

    @rule(amount=AMOUNTS)
    def transfer(self, amount: int) -> None:
        """From Camden to Borough; nothing is held twice."""
        camden, borough = self.plain["camden"], self.plain["borough"]
        there = camden.left >= amount and not self.is_over
        amounts = {self.fund("camden"): -amount, self.fund("borough"): amount}
        assert self.posted(amounts, BudgetKind.TRANSFER) == there
        if there:
            camden.budget -= amount
            borough.budget += amount

    @rule(target=held, which=WHICH, amount=AMOUNTS, by=st.sampled_from(["claire", "farah"]))
    def hold(self, which: str, amount: int, by: str) -> Any:
        """L2 and L3, with a tolerance of five per cent for whoever has the level."""
        if self.is_over:
            with pytest.raises(FundsRefused):
                self.funds.request(amount, fund=self.fund(which))
            return multiple()
        row = self.funds.request(amount, fund=self.fund(which))
        plain = self.plain[which]
        fits = plain.takes(amount, tolerance_bp=500 if by == "farah" else 0)
        try:
            reservations.approve(row, actor=getattr(self.funds.cast, by), now=self.now)
        except OverBudget:
            assert not fits
            return multiple()
        assert fits
        plain.held += amount
        return Held(which, row, amount)

    @rule(one=held, amount=AMOUNTS, key=st.sampled_from(["a", "b", "c"]))
    def settle(self, one: Held, amount: int, key: str) -> None:
        """L6 and L7."""
        try:
            reservations.settle(one.row, amount_minor=amount, key=key, actor=None, now=self.now)
        except StepRefused:
            assert not one.is_open
        except OverBudget:
            assert one.is_open
            assert amount > one.left
        else:
            if key in one.settled:
                return
            assert one.is_open
            one.settled[key] = amount
            one.left -= amount
            self.plain[one.which].held -= amount
            self.plain[one.which].settled += amount

    @rule(one=held)
    def let_go(self, one: Held) -> None:
        if not one.is_open:
            with pytest.raises(StepRefused):
                reservations.close(one.row, actor=None, now=self.now)
            return
        plain = self.plain[one.which]
        reservations.close(one.row, actor=None, now=self.now)
        one.is_open = False
        plain.held -= one.left
        if self.is_over and one.left:
            self.expire(plain)

    @rule(one=held)
    def decide_again(self, one: Held) -> None:
        """L7 and L8."""
        with pytest.raises(StepRefused):
            reservations.approve(one.row, actor=self.funds.cast.farah, now=self.now)

    @rule(which=WHICH)
    def approve_what_one_asked_for(self, which: str) -> None:
        if self.is_over:
            return
        own = reservations.request(
            self.fund(which), amount_minor=1, currency="GBP", purpose="x", actor=self.funds.cast.claire, now=self.now
        )
        with pytest.raises(FourEyes):
            reservations.approve(own, actor=self.funds.cast.claire, now=self.now)

    @rule(which=WHICH, over=AMOUNTS)
    def overspend_by_sql(self, which: str, over: int) -> None:
        plain = self.plain[which]
        most = plain.budget + plain.budget * 500 // 10_000
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE funds_fund SET held_minor = %s WHERE id = %s",
                [most - plain.settled + over, self.fund(which).pk],
            )

    @rule()
    def turn_of_the_year(self) -> None:
        self.is_over = True
        expire_due(NEW_YEAR)
        for plain in self.plain.values():
            self.expire(plain)

    def expire(self, plain: Plain) -> None:
        """Expiry never takes what is held, and no fund is below nothing for it."""
        gone = max(plain.left, 0)
        plain.budget -= gone
        plain.expired += gone

    # --- What always holds

    @invariant()
    def funds_count_what_the_model_does(self) -> None:
        if not hasattr(self, "funds"):
            return
        for which, plain in self.plain.items():
            assert self.funds.counts(getattr(self.funds, which)) == (plain.budget, plain.held, plain.settled)
            now = statement(getattr(self.funds, which))
            assert (now.budget_minor, now.settled_minor, now.expired_minor) == (
                plain.budget,
                plain.settled,
                plain.expired,
            )
            assert 0 <= now.settled_minor <= now.reserved_minor
        assert list(differing()) == []

    @invariant()
    def each_fund_balances_by_itself(self) -> None:
        """L1."""
        sums = Posting.objects.values("account__holder").annotate(sum=Sum("amount_minor")).order_by()
        assert all(not row["sum"] for row in sums)

    @rule()
    def prove_the_book(self) -> None:
        assert isinstance(verify(FUNDS), Verified)


def test_funds_count_what_a_plain_model_counts() -> None:
    run_state_machine_as_test(Funds, settings=settings(max_examples=10, stateful_step_count=20))
