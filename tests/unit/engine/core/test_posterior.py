"""Intervals are those of the Beta posterior."""

import numpy as np
import pytest

from tradewind.engine.core.predictors.posterior import interval


@pytest.mark.parametrize("size", [1.0, 5.0, 50.0, 5000.0])
def test_one_success_has_the_closed_form_interval(size: float) -> None:
    """Beta(1, n) has the distribution function 1 - (1 - x)^n."""
    lower, upper = interval(np.array([1.0]), np.array([size]))[0]
    assert lower == pytest.approx(1.0 - 0.975 ** (1.0 / size), rel=0.02)
    assert upper == pytest.approx(1.0 - 0.025 ** (1.0 / size), rel=0.002)


def test_intervals_cover_what_they_say() -> None:
    random = np.random.default_rng(5)
    shapes = [(0.3, 4.0), (2.0, 20.0), (200.0, 300.0), (40.0, 1.5)]
    ends = interval(np.array([a for a, _ in shapes]), np.array([b for _, b in shapes]))
    for (alpha, beta), (lower, upper) in zip(shapes, ends, strict=True):
        draws = random.beta(alpha, beta, 100_000)
        assert (draws < lower).mean() == pytest.approx(0.025, abs=0.003)
        assert (draws > upper).mean() == pytest.approx(0.025, abs=0.003)


def test_an_interval_lies_on_both_sides_of_the_mean_and_narrows_with_evidence() -> None:
    scale = np.array([1.0, 10.0, 100.0, 10_000.0])
    widths = []
    for lower, upper in interval(2.0 * scale, 8.0 * scale):
        assert 0.0 < lower < 0.2 < upper < 1.0
        widths.append(upper - lower)
    assert widths == sorted(widths, reverse=True)


def test_an_interval_of_nearly_nothing_against_much_does_not_overflow() -> None:
    for alpha, beta in ((61.9, 0.04), (0.04, 61.9)):
        ((lower, upper),) = interval(np.array([alpha]), np.array([beta]))
        assert 0.0 <= lower <= upper <= 1.0
