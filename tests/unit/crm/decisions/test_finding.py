"""What is wanting for a verdict, from the numbers of a result."""

from typing import Any

import pytest
from tests.estimates import found, nothing_compared

from tradewind.crm.decisions.finding import Finding, Verdict, Want, Wanting


def wanting(**fields: Any) -> Wanting | None:
    return Finding.from_row(found("not enough evidence", **fields)).wanting


def gain(low: float, high: float) -> dict[str, float]:
    return {"estimate": (low + high) / 2, "low": low, "high": high}


@pytest.mark.parametrize("verdict", ["better", "not worse", "worse"])
def test_where_there_is_a_verdict_nothing_is_wanting(verdict: str) -> None:
    finding = Finding.from_row(found(verdict))
    assert finding.verdict == Verdict(verdict)
    assert finding.wanting is None


def test_without_answers_answers_are_wanting() -> None:
    assert Finding.from_row(nothing_compared()).wanting == Wanting(Want.ANSWERS)


def test_a_draft_unlike_what_was_shown_needs_more_decisions_in_proportion() -> None:
    assert wanting(gain=None, acceptance=None, compared=400, effective_size=25.0) == Wanting(Want.LIKENESS, 1200)


def test_a_draft_that_only_shows_what_was_never_shown_needs_it_to_be_shown() -> None:
    assert wanting(gain=None, acceptance=None, compared=400, effective_size=0.0) == Wanting(Want.SHOWING)
    assert wanting(gain=None, acceptance=None, compared=400, effective_size=1.0) == Wanting(Want.SHOWING)


def test_an_interval_half_as_wide_needs_four_times_the_decisions() -> None:
    # The middle lies 0.02 above what may be lost, and half the width is 0.04.
    assert wanting(gain=gain(-0.03, 0.05), margin=0.01, compared=1000) == Wanting(Want.TIME, 3000)


def test_what_had_no_chance_does_not_shrink() -> None:
    # Of the half width 0.04 there is 0.01 for good, so 0.03 must become 0.01: nine times the decisions.
    assert wanting(gain=gain(-0.03, 0.05), margin=0.01, compared=1000, unsupported=0.02) == Wanting(Want.TIME, 8000)
    assert wanting(gain=gain(-0.03, 0.05), margin=0.01, unsupported=0.05) == Wanting(Want.SHOWING)


def test_two_that_are_alike_are_never_told_apart() -> None:
    assert wanting(gain=gain(-0.06, 0.04), margin=0.01) == Wanting(Want.DIFFERENCE)
    assert wanting(gain=gain(-0.0599, 0.0401), margin=0.01) == Wanting(Want.DIFFERENCE)


def test_a_result_from_before_scorers_is_read() -> None:
    row = found("better")
    del row["ranked_by_profiles"]
    assert Finding.from_row(row).ranked_by_profiles == 0
