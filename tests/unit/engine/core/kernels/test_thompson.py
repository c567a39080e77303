"""The quadrature gives the probability to be best under the posterior that it states."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tradewind.engine.core.kernels.chances import THOMPSON
from tradewind.engine.core.kernels.normal import arcsine, normal_cdf, sine
from tradewind.engine.core.kernels.ranking import rank
from tradewind.engine.core.kernels.thompson import angle, best_of, lay, posteriors

Floats = NDArray[np.float64]


def test_the_normal_distribution_function_is_right() -> None:
    known = {0.0: 0.5, 1.0: 0.8413447461, -1.96: 0.0249978951, 3.5: 0.9997673709}
    assert [normal_cdf(z) for z in known] == pytest.approx(list(known.values()), abs=2e-7)


def test_arcsine_and_sine_are_inverse_to_each_other() -> None:
    angles = np.linspace(0.0, np.pi / 2, 200)
    assert [sine(angle) for angle in angles] == pytest.approx(np.sin(angles).tolist(), abs=2e-7)
    assert [arcsine(x) for x in np.sin(angles)] == pytest.approx(angles.tolist(), abs=5e-8)


def test_the_angle_has_the_moments_of_a_beta_variable() -> None:
    alpha, beta = np.array([1.0, 0.4, 8.0, 150.0]), np.array([50.0, 2.0, 3.0, 300.0])
    draws = np.arcsin(np.sqrt(np.random.default_rng(1).beta(alpha, beta, size=(200_000, 4))))
    centre, spread = angles(alpha, beta)
    assert np.abs(centre - draws.mean(axis=0)).max() < 0.02
    assert np.abs(spread / draws.std(axis=0) - 1.0).max() < 0.08


def angles(alpha: Floats, beta: Floats) -> tuple[Floats, Floats]:
    centre, spread = np.array([angle(*shape) for shape in zip(alpha.tolist(), beta.tolist(), strict=True)]).T
    return centre, spread


class Thompson:
    """One grid for some candidates, asked for any that are left of them."""

    def __init__(self, alpha: Floats, beta: Floats, factor: Floats, exponent: float = 1.0, ranks: int = 1) -> None:
        self.place = np.empty(len(alpha), np.int64)
        shapes = posteriors(alpha, beta, factor, exponent)
        self.tables = lay(shapes, np.arange(len(alpha)), ranks, self.place)

    def probabilities(self, rows: list[int]) -> tuple[Floats, float]:
        """The vector over `rows` (indexes of the candidates still allowed), and what it sums to by itself."""
        vector = np.empty(len(rows))
        total = best_of(np.array(rows), self.place, *self.tables, vector)
        return vector / total, total


def share_of_best(
    alpha: list[float], beta: list[float], factor: list[float], exponent: float, rounds: int = 200_000
) -> Floats:
    """How often each candidate is best when propensities are drawn from the approximate posterior itself."""
    centre, spread = angles(np.array(alpha), np.array(beta))
    thetas = np.random.default_rng(7).normal(centre, spread, size=(rounds, len(alpha)))
    scores = np.array(factor) * np.sin(np.clip(thetas, 0.0, np.pi / 2)) ** (2.0 * exponent)
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
    candidates = Thompson(np.array(alpha), np.array(beta), np.array(factor), exponent, len(alpha))
    vector, total = candidates.probabilities(list(range(len(alpha))))
    assert total == pytest.approx(1.0, abs=0.01)
    assert np.abs(vector - share_of_best(alpha, beta, factor, exponent)).max() < 0.005


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_agrees_with_sampling_too(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(60, 150))
    shown = random.integers(0, [1, 30, 3000][seed % 3] + 1, size)
    accepted = random.binomial(shown, random.beta(2.0, 18.0, size))
    alpha, beta = np.asarray(0.2 + accepted, np.float64), np.asarray(1.8 + shown - accepted, np.float64)
    factor = random.uniform(1.0, 100.0, size)
    drawn = share_of_best(alpha.tolist(), beta.tolist(), factor.tolist(), 1.0, 100_000)
    vector, _ = Thompson(alpha, beta, factor, ranks=3).probabilities(list(range(size)))
    assert np.abs(vector - drawn).max() < 0.005


def test_the_stated_posterior_is_close_to_the_beta_posterior() -> None:
    random = np.random.default_rng(11)
    for _ in range(20):
        alpha = random.integers(1, 40, 12).astype(np.float64)
        beta = random.integers(2, 400, 12).astype(np.float64)
        factor = random.uniform(50.0, 200.0, 12)
        best = (random.beta(alpha, beta, size=(40_000, 12)) * factor).argmax(axis=1)
        vector, _ = Thompson(alpha, beta, factor).probabilities(list(range(12)))
        assert np.abs(vector - np.bincount(best, minlength=12) / 40_000).max() < 0.04


def test_a_rank_below_leaves_the_offers_above_out() -> None:
    shapes = (np.array([3.0, 4.0, 5.0]), np.array([40.0, 40.0, 40.0]), np.ones(3))
    rest, total = Thompson(*shapes, ranks=2).probabilities([0, 1])
    fresh, _ = Thompson(shapes[0][:2], shapes[1][:2], shapes[2][:2]).probabilities([0, 1])
    assert total == pytest.approx(1.0, abs=0.01)
    assert np.abs(rest - fresh).max() < 0.005


def test_a_grid_for_the_best_alone_tells_that_it_is_not_for_the_others() -> None:
    candidates = Thompson(np.array([900.0, 5.0, 6.0]), np.array([100.0, 500.0, 500.0]), np.ones(3))
    vector, _ = candidates.probabilities([0, 1, 2])
    assert vector[0] > 0.999
    assert best_of(np.array([1, 2]), candidates.place, *candidates.tables, np.empty(2)) == 0.0


def shown(
    alpha: list[float], beta: list[float], factor: list[float], *, exponent: float = 1.0, limit: int = 2
) -> list[tuple[int, float]]:
    """The candidates that are picked and their probabilities, one tier, no floor."""
    size = len(alpha)
    weighed = np.array([alpha, beta, np.zeros(size), factor, np.zeros(size), alpha, beta, np.zeros(size)])
    weighed[2] = weighed[0] / (weighed[0] + weighed[1])
    weighed[4] = weighed[2] ** exponent * weighed[3]
    offers = np.zeros((10, size), np.int64)
    offers[8] = 1
    chosen, ranks = np.zeros((3, limit), np.int64), np.full((6, limit), 0.3)
    count, _, _ = rank.run(
        np.array([np.arange(size)] * 3), weighed, size, 0, offers, THOMPSON, exponent, 0.0, 0.0, limit, 99,
        np.zeros(0, np.int64), 1, -1.0, ranks, chosen, np.zeros(size, np.bool_),
    )  # fmt: skip
    return list(zip(chosen[0, :count].tolist(), ranks[1, :count].tolist(), strict=True))


def test_the_grid_is_laid_again_when_the_best_are_gone() -> None:
    (first, surely), (second, chance) = shown([900.0, 5.0, 6.0], [100.0, 500.0, 500.0], [1.0] * 3)
    assert (first, second) == (0, 1)
    assert surely > 0.999
    assert 0.2 < chance < 0.5


def test_an_exponent_of_zero_leaves_no_doubt() -> None:
    assert shown([1.0, 9.0], [9.0, 1.0], [2.0, 1.0], exponent=0.0)[0] == (0, 1.0)


def test_candidates_without_worth_share_evenly() -> None:
    assert [chance for _, chance in shown([1.0, 9.0], [9.0, 1.0], [0.0, 0.0])] == [0.5, 1.0]


def test_a_grid_over_nobody_who_can_win_has_no_cells() -> None:
    shapes = np.array([[0.5, 0.5], [0.0, 0.0], [1.0, 1.0], [0.4, 0.4], [0.4, 0.4]])
    tables = lay(shapes, np.arange(2), 1, np.empty(2, np.int64))
    assert [table.shape for table in tables] == [(0, 0), (0, 0)]
