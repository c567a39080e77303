"""Selection probabilities are distributions, honour the floor, and are what is drawn from."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from tradewind.engine.core.exploration import Draws, Thompson, angle, draw, greedy, normal_cdf, squarecb, with_floor

Floats = NDArray[np.float64]


def test_a_draw_depends_on_key_and_counter_alone() -> None:
    forwards = [Draws(b"k").at(counter) for counter in range(50)]
    draws = Draws(b"k")
    backwards = [draws.at(counter) for counter in reversed(range(50))]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 50
    assert forwards != [Draws(b"l").at(counter) for counter in range(50)]


def test_draws_are_the_same_in_another_process() -> None:
    code = "from tradewind.engine.core.exploration import Draws; print([Draws(b'k').at(n).hex() for n in range(5)])"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert outputs == {str([Draws(b"k").at(n).hex() for n in range(5)]) + "\n"}


def test_draws_are_uniform() -> None:
    numbers = np.array([Draws(b"uniform").at(counter) for counter in range(20_000)])
    counts, _ = np.histogram(numbers, bins=20, range=(0.0, 1.0))
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    assert ((counts - 1000) ** 2 / 1000).sum() < 45.0  # chi-squared, 19 degrees of freedom, 1 in 1,500


def test_a_long_key_is_taken_too() -> None:
    assert Draws(b"x" * 65).at(1) != Draws(b"x" * 66).at(1)


def test_an_entry_of_zero_is_never_drawn() -> None:
    vector = np.array([0.0, 0.5, 0.0, 0.5, 0.0])
    assert {draw(vector, uniform) for uniform in (0.0, 0.2, 0.5, 0.7, 1.0 - 2.0**-53)} == {1, 3}


def test_the_floor_is_shared_by_all() -> None:
    mixed = with_floor(np.array([0.7, 0.3, 0.0, 0.0]), 0.2)
    assert mixed.tolist() == pytest.approx([0.61, 0.29, 0.05, 0.05])


def test_a_whole_floor_is_uniform() -> None:
    assert with_floor(greedy(np.array([3.0, 2.0, 1.0])), 1.0).tolist() == pytest.approx([1 / 3] * 3)


def test_squarecb_gives_less_to_a_wider_gap_and_less_with_more_evidence() -> None:
    early, late = squarecb(np.array([1.0, 0.9, 0.2]), 10), squarecb(np.array([1.0, 0.9, 0.2]), 10_000)
    assert early[0] > early[1] > early[2] > late[2]
    assert early.sum() == pytest.approx(1.0)
    assert late.sum() == pytest.approx(1.0)


def test_squarecb_without_any_worth_is_uniform() -> None:
    assert squarecb(np.zeros(4), 100).tolist() == [0.25] * 4


def test_the_normal_distribution_function_is_right() -> None:
    known = {0.0: 0.5, 1.0: 0.8413447461, -1.96: 0.0249978951, 3.5: 0.9997673709}
    found = normal_cdf(np.array(list(known)))
    assert np.abs(found - np.array(list(known.values()))).max() < 1e-7


def test_the_angle_has_the_moments_of_a_beta_variable() -> None:
    alpha, beta = np.array([1.0, 0.4, 8.0, 150.0]), np.array([50.0, 2.0, 3.0, 300.0])
    draws = np.arcsin(np.sqrt(np.random.default_rng(1).beta(alpha, beta, size=(200_000, 4))))
    centre, spread = angle(alpha, beta)
    assert np.abs(centre - draws.mean(axis=0)).max() < 0.02
    assert np.abs(spread / draws.std(axis=0) - 1.0).max() < 0.08


def thompson(alpha: list[float], beta: list[float], factor: list[float], exponent: float = 1.0) -> Thompson:
    return Thompson(
        alpha=np.array(alpha), beta=np.array(beta), factor=np.array(factor), exponent=exponent, ranks=len(alpha)
    )


def share_of_best(alpha: list[float], beta: list[float], factor: list[float], exponent: float) -> Floats:
    """How often each candidate is best when propensities are drawn from the approximate posterior itself."""
    centre, spread = angle(np.array(alpha), np.array(beta))
    angles = np.random.default_rng(7).normal(centre, spread, size=(200_000, len(alpha)))
    scores = np.array(factor) * np.sin(np.clip(angles, 0.0, np.pi / 2)) ** (2.0 * exponent)
    return np.bincount(scores.argmax(axis=1), minlength=len(alpha)) / len(scores)


CASES = [
    ([1.0, 1.0], [1.0, 1.0], [1.0, 1.0], 1.0),
    ([5.0, 1.0], [50.0, 3.0], [100.0, 10.0], 1.0),
    ([1.0, 200.0, 30.0], [50.0, 300.0, 400.0], [300.0, 10.0, 90.0], 1.0),
    ([2000.0, 2010.0, 900.0], [3000.0, 3000.0, 1300.0], [1.0, 1.0, 1.0], 1.0),
    ([3.0, 4.0, 5.0, 6.0], [40.0, 40.0, 40.0, 40.0], [1.0, 2.0, 1.0, 0.5], 0.5),
    ([3.0, 9.0, 5.0], [40.0, 40.0, 2.0], [5.0, 2.0, 0.0], 2.0),
    ([8.0, 28.0, 3.0], [6.0, 1.0, 9.0], [160.0, 85.0, 150.0], 1.0),
]


@pytest.mark.parametrize(("alpha", "beta", "factor", "exponent"), CASES)
def test_the_quadrature_agrees_with_sampling_the_stated_posterior(
    alpha: list[float], beta: list[float], factor: list[float], exponent: float
) -> None:
    vector = thompson(alpha, beta, factor, exponent).probabilities(np.arange(len(alpha)))
    assert vector.sum() == pytest.approx(1.0)
    assert np.abs(vector - share_of_best(alpha, beta, factor, exponent)).max() < 0.005


def test_the_stated_posterior_is_close_to_the_beta_posterior() -> None:
    random = np.random.default_rng(11)
    for _ in range(20):
        alpha = random.integers(1, 40, 12).astype(np.float64)
        beta = random.integers(2, 400, 12).astype(np.float64)
        factor = random.uniform(50.0, 200.0, 12)
        best = (random.beta(alpha, beta, size=(40_000, 12)) * factor).argmax(axis=1)
        vector = Thompson(alpha=alpha, beta=beta, factor=factor, exponent=1.0).probabilities(np.arange(12))
        assert np.abs(vector - np.bincount(best, minlength=12) / 40_000).max() < 0.04


def test_a_rank_below_leaves_the_offers_above_out() -> None:
    whole = thompson([3.0, 4.0, 5.0], [40.0, 40.0, 40.0], [1.0, 1.0, 1.0])
    whole.probabilities(np.arange(3))
    rest = whole.probabilities(np.array([0, 1]))
    fresh = thompson([3.0, 4.0], [40.0, 40.0], [1.0, 1.0]).probabilities(np.arange(2))
    assert np.abs(rest - fresh).max() < 0.005


def test_the_grid_is_laid_again_when_the_best_are_gone() -> None:
    candidates = Thompson(
        alpha=np.array([900.0, 5.0, 6.0]), beta=np.array([100.0, 500.0, 500.0]), factor=np.ones(3), exponent=1.0
    )
    assert candidates.probabilities(np.arange(3))[0] > 0.999
    rest = candidates.probabilities(np.array([1, 2]))
    assert 0.2 < rest[0] < rest[1] < 0.8


def test_an_exponent_of_zero_leaves_no_doubt() -> None:
    assert thompson([1.0, 9.0], [9.0, 1.0], [2.0, 1.0], 0.0).probabilities(np.arange(2)).tolist() == [1.0, 0.0]


def test_candidates_without_worth_share_evenly() -> None:
    assert thompson([1.0, 9.0], [9.0, 1.0], [0.0, 0.0]).probabilities(np.arange(2)).tolist() == [0.5, 0.5]
