"""A fault of the engine finds its way back to the field in which somebody wrote it."""

import pytest
from tests.publications import sample

from tradewind.crm.decisions.faults import locate
from tradewind.engine import wire


@pytest.mark.parametrize(
    ("path", "offer", "part", "part_code", "field"),
    [
        ("/offers/0/eligibility", "new-battery", "", "", "eligibility"),
        ("/offers/1/value", "care-plus", "", "", "value"),
        ("/offers/0/profiles/1/rule", "new-battery", "profiles", "other", "rule"),
        ("/offers/0/profiles/0/suitability/ro", "new-battery", "profiles", "old", "suitability.ro"),
        ("/offers/0/treatments/1/texts/title", "new-battery", "treatments", "desk-ro", "title"),
        ("/offers/0/placements/0", "new-battery", "", "", "placements"),
        ("/offers/2", "student-note", "", "", ""),
        ("/events/0/actions/0/placement", None, "", "", "events.0.actions.0.placement"),
        ("/offers/99/eligibility", None, "", "", "eligibility"),
        ("", None, "", "", ""),
    ],
)
def test_a_pointer_becomes_an_offer_and_a_field(
    path: str, offer: str | None, part: str, part_code: str, field: str
) -> None:
    fault = wire.Fault(path=path, code="unknown_attribute", message="no such attribute", line=2, column=7)
    (found,) = locate(sample(1), [fault])
    assert (found.offer, found.part, found.part_code, found.field) == (offer, part, part_code, field)
    assert (found.code, found.message, found.line, found.column) == ("unknown_attribute", "no such attribute", 2, 7)
