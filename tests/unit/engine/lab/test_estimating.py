"""Estimates come near the truth, say how near, and are refused where too little is known."""

from functools import cache

import numpy as np
import pytest
from numpy.random import default_rng

from tradewind.engine.core.exploration import Draws
from tradewind.engine.lab.estimating import Log, NotEnough, estimate
from tradewind.engine.lab.logged import running_means
from tradewind.engine.lab.sequences import bounds, lower_bound

RATES = np.array([0.1, 0.3, 0.6])
LOGGING, OTHER = np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.3, 0.6])
TRUTH = float(RATES @ OTHER)


@cache
def drawn_log(seed: int, size: int = 1000) -> Log:
    draws = Draws(f"log/{seed}".encode())
    uniforms = np.array([draws.at(n) for n in range(2 * size)])
    chosen = np.searchsorted(np.cumsum(LOGGING), uniforms[0::2], "right")
    rewards = (uniforms[1::2] < RATES[chosen]).astype(np.float64)
    guess = np.array([0.2, 0.3, 0.5])
    return Log(rewards, LOGGING[chosen], OTHER[chosen], guess[chosen], np.full(size, float(guess @ OTHER)))


def test_every_estimator_comes_near_the_truth() -> None:
    found = estimate(drawn_log(1, 20_000))
    assert found.dr is not None
    for each in (found.ips, found.snips, found.dr):
        assert abs(each.point - TRUTH) < 0.02
        assert each.low < TRUTH < each.high
        assert each.high - each.low < 0.12
    assert found.logged < 0.25


def test_the_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Of 200 logs at most 10 may miss it: the sequences hold at every size at once, so at one they miss more rarely."""
    missed = {"ips": 0, "snips": 0, "dr": 0}
    for seed in range(200):
        found = estimate(drawn_log(seed, 600))
        for name in missed:
            each = getattr(found, name)
            missed[name] += not each.low <= TRUTH <= each.high
    assert max(missed.values()) <= 10


@pytest.mark.parametrize("rate", [0.002, 0.005, 0.995])
@pytest.mark.parametrize("share", [0.5, 0.1])
def test_rare_rewards_are_covered_too(rate: float, share: float) -> None:
    """Often nothing at all is accepted: that says little of a rate below one in a hundred."""
    missed = {"ips": 0, "snips": 0, "dr": 0}
    for seed in range(100):
        rng = default_rng(seed)
        asked, rewards = rng.random(1_500) < share, (rng.random(1_500) < rate).astype(np.float64)
        vectors = np.broadcast_to([1.0, 0.0], (1_500, 2))
        predicted, expected = running_means(1 - asked.astype(np.int64), rewards, vectors)
        found = estimate(
            Log(rewards, np.where(asked, share, 1.0 - share), asked.astype(np.float64), predicted, expected)
        )  # fmt: skip
        for name in missed:
            each = getattr(found, name)
            missed[name] += not each.low <= rate <= each.high
    assert max(missed.values()) <= 5


def test_the_sequence_by_betting_holds_at_every_size_at_once() -> None:
    missed = 0
    for seed in range(100):
        log = drawn_log(seed, 600)
        missed += any(
            not low <= TRUTH <= high
            for low, high in (bounds(log.weights[:n], log.rewards[:n], 0.05) for n in (20, 100, 400))
        )
    assert missed <= 5


def test_on_its_own_log_a_policy_is_worth_what_it_brought() -> None:
    log = drawn_log(1)
    found = estimate(Log(log.rewards, log.logged, log.logged))
    assert found.ips.point == found.snips.point == found.logged
    assert found.effective == pytest.approx(1000.0)
    assert found.dr is None


@pytest.mark.parametrize(("reward", "predicted"), [(1.0, 0.0), (0.0, 1.0)])
def test_a_doubly_robust_estimate_lies_within_its_own_interval(reward: float, predicted: float) -> None:
    """Predictions that are always as wrong as they can be carry the plain mean past 1, or below 0."""
    ones = np.ones(1000)
    log = Log(reward * ones, 0.5 * ones, 0.5 * ones, predicted * ones, (0.3 + 0.4 * reward) * ones)
    found = estimate(log).dr
    assert found is not None
    assert 0.0 <= found.low <= found.point <= found.high <= 1.0


def test_a_small_effective_sample_is_refused() -> None:
    log = drawn_log(1)
    rare = np.where(log.logged == 0.1, 1.0, 0.0)
    with pytest.raises(NotEnough, match="not enough evidence: 600 choices"):
        estimate(Log(log.rewards[:600], log.logged[:600], rare[:600]))
    with pytest.raises(NotEnough, match="not enough evidence: 0 choices"):
        estimate(Log(np.zeros(0), np.zeros(0), np.zeros(0)))


def test_probabilities_that_were_not_drawn_from_are_refused() -> None:
    log = drawn_log(1, 5000)
    with pytest.raises(NotEnough, match="mean weight"):
        estimate(Log(log.rewards, np.full(5000, 1 / 3), log.evaluated))


def test_bounds_are_in_order_and_close_with_the_sample() -> None:
    ones = np.ones(1000)
    assert bounds(ones, ones, 0.05)[1] == 1.0
    assert bounds(ones, 0.0 * ones, 0.05)[0] == 0.0
    narrow, wide = lower_bound(ones, 0.05), lower_bound(ones[:50], 0.05)
    assert wide < narrow < 1.0
    assert lower_bound(np.zeros(0), 0.05) == 0.0
