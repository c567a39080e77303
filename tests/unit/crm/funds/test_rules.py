"""How much is too much, what may follow what, and shares without a lost cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.crm.funds.rules import (
    BUDGET_STEPS,
    RESERVATION_STEPS,
    BudgetStatus,
    Level,
    ReservationStatus,
    StepRefused,
    Thresholds,
    judge,
    next_step,
    split,
)

FIVE_PER_CENT = Thresholds(tolerance_bp=500)


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        (0, Level.FREE),
        (799, Level.FREE),
        (800, Level.INFORMATION),
        (899, Level.INFORMATION),
        (900, Level.WARNING),
        (1000, Level.WARNING),
        (1001, Level.TOLERATED),
        (1050, Level.TOLERATED),
        (1051, Level.ERROR),
    ],
)
def test_availability_control_informs_warns_tolerates_and_refuses(amount: int, level: Level) -> None:
    assert judge(budget_minor=1000, committed_minor=0, amount_minor=amount, thresholds=FIVE_PER_CENT) == level
    assert judge(budget_minor=1000, committed_minor=amount, amount_minor=0, thresholds=FIVE_PER_CENT) == level


@given(
    total=st.integers(-(10**12), 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)
)
def test_not_a_cent_is_lost_and_no_share_is_off_by_one(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    whole = sum(weights)
    assert all(abs(share * whole - total * weight) < whole for share, weight in zip(shares, weights, strict=True))
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)


@pytest.mark.parametrize("weights", [[], [0], [1, -1, 5]])
def test_shares_of_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(10, weights)


@pytest.mark.parametrize("current", BudgetStatus.values)
@pytest.mark.parametrize("wanted", BudgetStatus.values)
def test_a_budget_posting_skips_no_step(current: str, wanted: str) -> None:
    allowed = {
        ("draft", "to_be_approved"),
        ("to_be_approved", "approved"),
        ("to_be_approved", "rejected"),
        ("approved", "reversed"),
    }
    if (current, wanted) in allowed:
        next_step(BUDGET_STEPS, current, wanted)
        return
    with pytest.raises(StepRefused):
        next_step(BUDGET_STEPS, current, wanted)


@pytest.mark.parametrize("current", ReservationStatus.values)
@pytest.mark.parametrize("wanted", ReservationStatus.values)
def test_a_reservation_skips_no_step(current: str, wanted: str) -> None:
    allowed = {("requested", "approved"), ("requested", "rejected"), ("approved", "closed")}
    if (current, wanted) in allowed:
        next_step(RESERVATION_STEPS, current, wanted)
        return
    with pytest.raises(StepRefused):
        next_step(RESERVATION_STEPS, current, wanted)
