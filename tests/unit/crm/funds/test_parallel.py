"""N parallel approvals of one fund grant what the budget holds, exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.books import NOW
from tests.granted import Granted

from tradewind.crm.funds import reservations
from tradewind.crm.funds.models import Reservation
from tradewind.crm.funds.rules import OverBudget
from tradewind.crm.funds.statements import statement
from tradewind.crm.funds.verify import differing
from tradewind.crm.ledger.models import FUNDS
from tradewind.crm.ledger.verify import Verified, verify

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("sqlite" in connection.vendor, reason="the tests' SQLite is in memory, of one connection"),
]

AT_ONCE, EACH = 32, 100


@pytest.mark.usefixtures("burnt")
@pytest.mark.parametrize("budget", [1_000, 1_099])
def test_32_approvals_at_once_never_hold_more_than_there_is(funds: Granted, budget: int) -> None:
    """L3: exactly floor(budget / amount) of them are granted."""
    funds.grant({funds.camden: budget})
    waiting = [funds.request(EACH) for _number in range(AT_ONCE)]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        answers = list(pool.map(lambda one: approved(funds, one), waiting))
    assert sum(answers) == budget // EACH
    assert funds.counts() == (budget, budget // EACH * EACH, 0)
    assert statement(funds.camden).reserved_minor == budget // EACH * EACH
    assert isinstance(verify(FUNDS), Verified)
    assert list(differing()) == []


def approved(funds: Granted, reservation: Reservation) -> bool:
    try:
        reservations.approve(reservation, actor=funds.cast.claire, now=NOW)
    except OverBudget:
        return False
    finally:
        connection.close()
    return True
