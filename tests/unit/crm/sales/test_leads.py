"""Leads are found by how their company's name begins, whatever its accents and signs."""

from datetime import datetime

import pytest
from tests.cast import Cast

from tradewind.crm.sales.models import Lead

pytestmark = pytest.mark.both_databases


@pytest.fixture
def leads(cast: Cast, now: datetime) -> dict[str, Lead]:
    named = {"Șerban & Fiii": "300254", "Serbanescu": "NW1 7AB", "Other": ""}
    return {
        company: Lead.objects.create(
            company=company, postcode=postcode, created_by_company=cast.larkfield, created_at=now
        )
        for company, postcode in named.items()
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("serban", {"Șerban & Fiii", "Serbanescu"}),
        ("Șerban fi", {"Șerban & Fiii"}),
        ("OTHER", {"Other"}),
        ("the", set()),
        ("  & ", set()),
    ],
)
def test_a_search_finds_what_begins_like_it(leads: dict[str, Lead], text: str, found: set[str]) -> None:
    assert {lead.company for lead in Lead.objects.search(text)} == found


def test_the_area_follows_the_postcode(leads: dict[str, Lead]) -> None:
    assert {lead.company: lead.area for lead in leads.values()} == {
        "Șerban & Fiii": "30",
        "Serbanescu": "NW1",
        "Other": "",
    }
