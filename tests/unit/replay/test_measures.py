"""The numbers of a replay."""

import math
import random

import pytest

from tradewind.cli.replay.measures import Outcome, mean, mean_with_interval, measure, ratio, share

VALUES = {"rare": 10.0, "common": 2.0}


def outcome(offer: str | None, rare: bool, common: bool) -> Outcome:
    holds = {"rare": rare, "common": common}
    return Outcome(offer=offer, accepted=bool(offer and holds[offer]), holds=holds)


def test_random_and_fixed_are_expectations_over_the_same_customers() -> None:
    result = measure(
        [outcome("rare", True, True), outcome("common", False, True), outcome("common", False, False)], VALUES
    )
    assert result.acceptance.point == pytest.approx(2 / 3)
    assert result.value.point == pytest.approx((10 + 2 + 0) / 3)
    assert result.random_acceptance == pytest.approx((1.0 + 0.5 + 0.0) / 3)
    assert result.random_value == pytest.approx((6 + 1 + 0) / 3)
    assert result.best_fixed == "rare"
    assert result.best_fixed_value == pytest.approx(10 / 3)
    assert result.best_fixed_acceptance == pytest.approx(1 / 3)
    assert result.ceiling_value == pytest.approx((10 + 2 + 0) / 3)


def test_an_offer_that_was_never_shown_has_no_acceptance_but_a_base_rate() -> None:
    result = measure([outcome("common", True, True), outcome("common", False, True)], VALUES)
    rare = next(offer for offer in result.offers if offer.offer == "rare")
    assert (rare.shown, rare.accepted, rare.base_rate) == (0, 0, 0.5)
    assert (rare.acceptance.low, rare.acceptance.high) == (0.0, 1.0)


def test_a_customer_without_an_offer_brings_nothing() -> None:
    result = measure([outcome(None, True, True), outcome("rare", True, True)], VALUES)
    assert (result.acceptance.point, result.value.point) == (0.5, 5.0)


def test_a_policy_equal_to_the_fixed_one_has_a_ratio_of_exactly_one() -> None:
    draw = random.Random(1)
    result = measure([outcome("rare", draw.random() < 0.3, False) for _ in range(200)], VALUES)
    assert result.lift_over_fixed.low == pytest.approx(1.0)
    assert result.lift_over_fixed.high == pytest.approx(1.0)


def test_the_interval_of_a_ratio_covers_the_truth_about_as_often_as_it_says() -> None:
    draw = random.Random(7)
    covered = 0
    for _ in range(400):
        below = [draw.random() + 0.5 for _ in range(200)]
        above = [2 * number + draw.gauss(0, 0.5) for number in below]
        estimate = ratio(above, below)
        covered += estimate.low <= 2.0 <= estimate.high
    assert 0.91 <= covered / 400 <= 0.99


def test_a_ratio_over_nothing_is_unbounded_and_claims_nothing() -> None:
    assert ratio([1.0], [0.0]).low == 0.0
    assert ratio([0.0], [1.0]).point == 0.0
    assert math.isinf(ratio([0.0], [1.0]).high)


def test_wilsons_interval_matches_the_published_example() -> None:
    estimate = share(81, 263)  # Newcombe 1998, table I
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (0.2553, 0.3662)


def test_the_interval_of_a_mean_is_symmetric_around_it() -> None:
    estimate = mean_with_interval([1.0, 2.0, 3.0, 4.0])
    assert estimate.high - estimate.point == pytest.approx(estimate.point - estimate.low)
    assert mean([1.0, 2.0]) == 1.5


def test_acceptance_over_time_is_that_of_ten_stretches_and_has_everybody_in_one() -> None:
    learns = [outcome("rare", number >= 50, True) for number in range(105)]
    stretches = measure(learns, VALUES).over_time
    assert [stretch.until for stretch in stretches] == [10, 21, 31, 42, 52, 63, 73, 84, 94, 105]
    assert [stretches[place].acceptance for place in (0, 3, 9)] == [0.0, 0.0, 1.0]
    assert [stretches[place].random_acceptance for place in (0, 9)] == [0.5, 1.0]
    assert [stretches[place].value for place in (0, 9)] == [0.0, 10.0]
    assert [stretches[place].random_value for place in (0, 9)] == [1.0, 6.0]
    assert len(measure(learns[:3], VALUES).over_time) == 3


def test_no_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="no customers"):
        measure([], VALUES)
