"""A partner sees the own funds, and of others nothing."""

from __future__ import annotations

import pytest
from tests.granted import Granted

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.funds.models import BudgetPosting, Fund, Reservation
from tradewind.crm.ledger.models import JournalEntry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("claire", ["camden", "borough", "laptops"]),
        ("farah", ["camden", "borough", "laptops"]),
        ("adam", ["camden", "borough", "laptops"]),
        ("petra", ["camden"]),
        ("paul", ["camden"]),
        ("rex", ["borough"]),
        ("daniel", []),
        ("hannah", []),
    ],
)
def test_funds_are_seen_by_whom_they_concern(funds: Granted, name: str, seen: list[str]) -> None:
    user = getattr(funds.cast, name)
    assert list(scope(user, Fund).order_by("pk")) == [getattr(funds, fund) for fund in seen]


def test_reservations_are_seen_with_their_fund(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    held = funds.hold(100)
    assert list(scope(funds.cast.petra, Reservation)) == [held]
    assert not scope(funds.cast.rex, Reservation).exists()


def test_partners_neither_approve_nor_look_into_the_books(funds: Granted) -> None:
    funds.grant({funds.camden: 1_000})
    for name in ("petra", "paul", "rex"):
        user = getattr(funds.cast, name)
        assert not scope(user, Fund, ActionGroup.APPROVE).exists()
        assert not scope(user, JournalEntry).exists()
        assert not scope(user, BudgetPosting).exists()
    assert scope(funds.cast.farah, JournalEntry).exists()
