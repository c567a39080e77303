"""A change of the acceptance is noticed, hardly ever one that is none; leaves that have become alike are one."""

from __future__ import annotations

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from tradewind.engine.core.predictors.drifting import EVERY, SAME, agree, drift
from tradewind.engine.core.predictors.splitting import Limits

LIMITS = Limits()


def drawn(seed: int, *parts: tuple[int, float]) -> NDArray[np.int64]:
    """So many responses with such a chance each, one part after the other."""
    rng = default_rng(seed)
    return np.concatenate([(rng.random(rows) < chance).astype(np.int64) for rows, chance in parts])


def test_where_nothing_changes_fewer_leaves_drift_than_the_level_over_all_looks() -> None:
    false = 0
    for seed in range(200):
        accepted = drawn(seed, (3_000, 0.2))
        looks = range(2 * EVERY, 3_001, EVERY)
        false += any(drift(accepted[max(0, shown - 2_000) : shown], shown, LIMITS) for shown in looks)
    assert false / 200 <= LIMITS.level


def test_a_change_is_found_near_where_it_lies_with_what_was_before_and_after() -> None:
    found = drift(drawn(1, (1_000, 0.4), (200, 0.1)), 1_200, LIMITS)
    assert found is not None
    assert abs(found.at - 1_000) <= 30
    (before, accepted_before), (after, accepted_after) = found.evidence.first, found.evidence.second
    assert before + after == 1_200
    assert abs(accepted_before / before - 0.4) < 0.05
    assert abs(accepted_after / after - 0.1) < 0.05
    assert found.evidence.p_value * found.evidence.tries <= found.evidence.level


def test_a_rise_is_found_like_a_fall() -> None:
    found = drift(drawn(2, (600, 0.05), (150, 0.4)), 750, LIMITS)
    assert found is not None
    assert found.evidence.first[1] * found.evidence.second[0] < found.evidence.second[1] * found.evidence.first[0]


def test_too_few_responses_to_compare_are_no_drift() -> None:
    assert drift(np.array([1] * 49 + [0] * 50, np.int64), 99, LIMITS) is None
    assert drift(np.zeros(0, np.int64), 0, LIMITS) is None


def test_leaves_that_have_become_alike_are_one_and_others_are_not() -> None:
    found = agree((400, 80), (300, 61), LIMITS)
    assert found is not None
    assert found.statistic < SAME
    assert found.p_value > found.level
    assert agree((400, 80), (300, 90), LIMITS) is None
    assert agree((400, 80), (99, 20), LIMITS) is None
