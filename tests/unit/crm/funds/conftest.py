from collections.abc import Iterator

import pytest
from tests.books import burn
from tests.cast import Cast
from tests.granted import Granted, granted

from tradewind.crm.funds.models import BudgetPosting, Fund, FundsPlan, Reservation


@pytest.fixture
def funds(cast: Cast) -> Granted:
    return granted(cast)


@pytest.fixture
def burnt(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the books are emptied before Django empties everything else."""
    yield
    Reservation.objects.all().delete()
    BudgetPosting.objects.all().delete()
    Fund.objects.all().delete()
    FundsPlan.objects.all().delete()
    burn()
