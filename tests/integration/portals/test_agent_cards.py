"""The numbers beside an offer: how long the rails are, and when an offer counts as tried."""

import doctest

import pytest

from tradewind.crm.decisions.models import DecidedOffer, Decision
from tradewind.portals.agent import desk


def test_the_examples_hold() -> None:
    result = doctest.testmod(desk)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("uppers", "length"), [([0.1], 0.1), ([0.1001], 0.2), ([0.3, 0.05], 0.3), ([0.3000000001], 0.3), ([1.0], 1.0)]
)
def test_rails_end_at_a_round_share_that_holds_every_interval(uppers: list[float | None], length: float) -> None:
    assert desk.rail(uppers) == pytest.approx(length)


@pytest.mark.parametrize(
    ("mode", "chance", "told"),
    [
        ("learned", 0.08, 12),
        ("learned", 0.199, 5),
        ("learned", 0.2, 0),
        ("learned", None, 0),
        ("control", 0.08, 0),
        ("fallback", 0.08, 0),
    ],
)
def test_only_what_was_shown_rarely_by_what_was_learnt_counts_as_tried(
    mode: str, chance: float | None, told: int
) -> None:
    assert desk.one_in(DecidedOffer(selection_probability=chance), Decision(mode=mode)) == told
