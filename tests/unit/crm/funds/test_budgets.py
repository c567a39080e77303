"""Budgets change only with the last approval, by one balanced entry, and never below what is in use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.books import NOW
from tests.granted import LARGE, Granted, fund_of

from tradewind.crm.funds import budgets
from tradewind.crm.funds.models import Approver, BudgetLine, BudgetPosting, Fund, FundsPlan
from tradewind.crm.funds.rules import BudgetKind, FourEyes, FundsRefused, NotEntitled, OverBudget, StepRefused
from tradewind.crm.funds.statements import statement
from tradewind.crm.funds.verify import differing
from tradewind.crm.ledger.models import JournalEntry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_budget_counts_with_its_approval_and_not_before(funds: Granted) -> None:
    posting = funds.ask({funds.camden: 50_000, funds.borough: 20_000})
    assert funds.counts() == (0, 0, 0)
    assert not JournalEntry.objects.exists()
    budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    assert (posting.status, funds.counts(), funds.counts(funds.borough)) == ("approved", (50_000, 0, 0), (20_000, 0, 0))
    assert posting.entry is not None
    assert posting.entry.postings.count() == 4


def test_much_is_approved_in_two_stages_by_two_people(funds: Granted) -> None:
    posting = funds.ask({funds.camden: LARGE})
    budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    assert (posting.status, funds.counts()) == ("to_be_approved", (0, 0, 0))
    with pytest.raises(FourEyes):
        budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    budgets.approve(posting, actor=funds.cast.farah, now=NOW)
    assert (posting.status, funds.counts()) == ("approved", (LARGE, 0, 0))


def test_whoever_asks_does_not_approve(funds: Granted) -> None:
    posting = budgets.draft(
        plan=funds.plan, kind=BudgetKind.UPDATE, amounts={funds.camden: 5}, why="x", actor=funds.cast.claire, now=NOW
    )
    budgets.submit(posting)
    with pytest.raises(FourEyes):
        budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():  # L8, past all of our code
        posting.decisions.create(
            stage=1, asked_by=funds.cast.claire, decided_by=funds.cast.claire, decided_at=NOW, is_approved=True
        )


def test_a_stage_is_decided_by_its_role_within_the_persons_limit(funds: Granted) -> None:
    posting = funds.ask({funds.camden: 500})
    with pytest.raises(NotEntitled):
        budgets.approve(posting, actor=funds.cast.farah, now=NOW)
    Approver.objects.filter(user=funds.cast.claire).update(limit_minor=499)
    with pytest.raises(NotEntitled):
        budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    assert funds.counts() == (0, 0, 0)


def test_a_rejected_posting_says_why_and_stays_so(funds: Granted) -> None:
    posting = funds.ask({funds.camden: 500})
    with pytest.raises(StepRefused):
        budgets.reject(posting, actor=funds.cast.claire, now=NOW, why=" ")
    budgets.reject(posting, actor=funds.cast.claire, now=NOW, why="Too early")
    assert posting.decisions.get().why == "Too early"
    with pytest.raises(StepRefused):
        budgets.approve(posting, actor=funds.cast.claire, now=NOW)


def test_an_approval_twice_posts_once(funds: Granted) -> None:
    posting = funds.grant({funds.camden: 500})
    with pytest.raises(StepRefused):
        budgets.approve(posting, actor=funds.cast.farah, now=NOW)
    assert (funds.counts(), JournalEntry.objects.count()) == ((500, 0, 0), 1)


def test_what_is_approved_is_what_was_asked_for(funds: Granted) -> None:
    """L7: the amount is changed behind the approver's back."""
    posting = funds.ask({funds.camden: 500})
    BudgetLine.objects.filter(posting=posting).update(amount_minor=5_000)
    with pytest.raises(StepRefused):
        budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    assert funds.counts() == (0, 0, 0)


# --- Kinds


def test_a_transfer_goes_from_some_to_some_and_sums_to_zero(funds: Granted) -> None:
    funds.grant({funds.camden: 100, funds.borough: 100})
    funds.grant({funds.camden: -70, funds.borough: -30, funds.laptops: 100}, BudgetKind.TRANSFER)
    assert [funds.counts(fund)[0] for fund in (funds.camden, funds.borough, funds.laptops)] == [30, 70, 100]
    funds.grant({funds.camden: 40, funds.borough: 10, funds.laptops: -50}, BudgetKind.TRANSFER)
    with pytest.raises(FundsRefused):
        funds.ask({funds.camden: 5, funds.borough: -4}, BudgetKind.TRANSFER)
    for fund in (funds.camden, funds.borough, funds.laptops):
        assert statement(fund).budget_minor == funds.counts(fund)[0]


def test_a_transfer_takes_nothing_that_is_held(funds: Granted) -> None:
    funds.grant({funds.camden: 100})
    funds.hold(60)
    posting = funds.ask({funds.camden: -41, funds.borough: 41}, BudgetKind.TRANSFER)
    with pytest.raises(OverBudget):
        budgets.approve(posting, actor=funds.cast.claire, now=NOW)
    assert (posting.status, posting.decisions.count()) == ("to_be_approved", 0)
    assert (funds.counts(), funds.counts(funds.borough)) == ((100, 60, 0), (0, 0, 0))


@pytest.mark.parametrize(
    ("kind", "amount", "until"),
    [
        (BudgetKind.UPDATE, 0, None),
        (BudgetKind.EXTEND, 5, date(2027, 1, 31)),
        (BudgetKind.EXTEND, 0, None),
        (BudgetKind.RENEW, 5, date(2027, 1, 31)),
        (BudgetKind.TRANSFER, 5, None),
    ],
)
def test_amounts_that_are_not_of_the_kind_are_refused(
    funds: Granted, kind: BudgetKind, amount: int, until: date | None
) -> None:
    with pytest.raises(FundsRefused):
        budgets.draft(
            plan=funds.plan, kind=kind, amounts={funds.camden: amount}, why="x", actor=funds.cast.hannah, now=NOW,
            until_date=until,
        )  # fmt: skip
    assert not BudgetPosting.objects.exists()


def test_funds_of_another_plan_are_refused(funds: Granted) -> None:
    other = FundsPlan.objects.create(
        name="Other", currency="GBP", starts_date=date(2026, 1, 1), ends_date=date(2026, 12, 31)
    )
    foreign = fund_of(other, funds.rule, funds.cast.camden)
    with pytest.raises(FundsRefused):
        funds.ask({funds.camden: -5, foreign: 5}, BudgetKind.TRANSFER)


def test_an_extension_moves_the_last_day_and_no_money(funds: Granted) -> None:
    later = date(2027, 3, 31)
    funds.grant({funds.camden: 0}, BudgetKind.EXTEND, until_date=later)
    assert (funds.camden.expires_date, funds.counts(), JournalEntry.objects.count()) == (later, (0, 0, 0), 0)


def test_an_update_is_taken_back_by_its_mirror(funds: Granted) -> None:
    posting = funds.grant({funds.camden: 500})
    budgets.reverse(posting, actor=funds.cast.farah, now=NOW + timedelta(hours=1))
    assert (posting.status, funds.counts(), statement(funds.camden).budget_minor) == ("reversed", (0, 0, 0), 0)
    with pytest.raises(StepRefused):
        budgets.reverse(posting, actor=funds.cast.farah, now=NOW)


def test_an_update_that_is_in_use_is_not_taken_back(funds: Granted) -> None:
    posting = funds.grant({funds.camden: 500})
    funds.hold(1)
    with pytest.raises(OverBudget):
        budgets.reverse(posting, actor=funds.cast.farah, now=NOW)
    assert (funds.counts(), JournalEntry.objects.count()) == ((500, 1, 0), 2)


def test_a_fund_that_counts_otherwise_than_its_postings_is_named(funds: Granted) -> None:
    funds.grant({funds.camden: 500, funds.borough: 500})
    assert list(differing()) == []
    Fund.objects.filter(pk=funds.borough.pk).update(held_minor=7)
    (line,) = differing()
    assert str(funds.borough.uuid) in line
    assert "held 7" in line
